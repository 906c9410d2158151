/**
 * `doctor`: why a program finds credentials here, or not.
 *
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import process from "node:process";
import { ConfigurationError } from "../../lib/errors.ts";
import type { Platform } from "../../platform.ts";
import { clientFindings } from "../doctor/clients.ts";
import { environmentFindings } from "../doctor/environment.ts";
import type { Finding, World } from "../doctor/findings.ts";
import { machineFindings } from "../doctor/machine.ts";
import { mintFindings } from "../doctor/mint.ts";
import { humanReport, isBad, jsonReport } from "../doctor/report.ts";
import { homeFolder } from "../home.ts";
import type { Runtime } from "../listen/types.ts";
import { createPlatform } from "../platform.ts";
import { commandHelp } from "./command-help.ts";
import { parseServeArguments } from "./flags.ts";
import { loadFor } from "./serve.ts";
import { hasColours, print } from "./terminal.ts";

const probeMs = 1_000;
const switches = ["--json", "--probe", "--no-mint"];

/** Prints the report; exits with 1 when something is wrong. Throws a `ConfigurationError` for wrong flags. */
export async function doctor(args: readonly string[], runtime: Runtime): Promise<void> {
  const flags = parseServeArguments(args.filter((word) => !switches.includes(word)));
  if (flags.help === true) return print(commandHelp("doctor"));
  const probe = args.includes("--probe");
  const platform = createPlatform(runtime, () => undefined);
  const findings = [
    ...(await environmentFindings(world, probe)),
    ...(await machineFindings(world, probe)),
    ...(await clientFindings(world)),
    ...(args.includes("--no-mint")
      ? []
      : await tokenFindings(() => loadFor({ flags, problems: [], wrong: [] }, platform), platform)),
  ];
  print(args.includes("--json") ? jsonReport(findings) : humanReport(findings, hasColours(process.stdout)));
  if (isBad(findings)) process.exitCode = 1;
}

async function tokenFindings(load: () => ReturnType<typeof loadFor>, platform: Platform): Promise<Finding[]> {
  try {
    return await mintFindings(await load(), platform);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(
      ({ at, message }): Finding => ({ area: "token", level: "fail", check: at || "configuration", message }),
    );
  }
}

/** This machine. */
const world: World = {
  env: process.env,
  home: homeFolder(),
  now: Date.now,
  readText: (path) => readFile(path, "utf8").catch(() => undefined),
  changedAt: (path) =>
    stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    ),
  probe: async (host) => {
    try {
      const headers = { "Metadata-Flavor": "Google" };
      const answer = await fetch(`http://${host}/`, {
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(probeMs),
      });
      await answer.body?.cancel();
      return { status: answer.status, flavor: answer.headers.get("metadata-flavor") === "Google" };
    } catch {
      return undefined;
    }
  },
};
