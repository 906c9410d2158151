/**
 * The variables that client libraries read: where they are sent, and what stands before the metadata server.
 *
 * @module
 */
import { shadowing } from "../../library/variables.ts";
import type { Finding, Level, World } from "./findings.ts";

const area = "environment";
const hostVariables = ["GCE_METADATA_HOST", "GCE_METADATA_IP", "GCE_METADATA_ROOT"] as const;

/** Who reads a variable alone, and is lost without it. */
const readers: Readonly<Record<(typeof hostVariables)[number], string>> = {
  GCE_METADATA_HOST: "Go, Java, .NET, Ruby, Rust, Dart",
  GCE_METADATA_IP: "Python's and gcloud's probe",
  GCE_METADATA_ROOT: "C++, gcloud, gsutil, bq",
};

const detections = ["assume-present", "none", "bios-only", "ping-only"];

/** Looks at the variables. Hosts other than loopback are asked only with `probe`. */
export async function environmentFindings(world: World, probe: boolean): Promise<Finding[]> {
  const { env } = world;
  const given = hostVariables.filter((name) => isSet(env[name]));
  const found: Finding[] = [];
  if (given.length === 0)
    found.push(
      finding(
        "info",
        "GCE_METADATA_HOST",
        "Not set: clients look for metadata.google.internal and 169.254.169.254",
        'eval "$(gce-metadata-emulator env)" sends them to a server here',
      ),
    );
  const missing = hostVariables.filter((name) => !given.includes(name));
  if (given.length > 0 && missing.length > 0)
    found.push(
      ...missing.map((name) =>
        finding(
          "warn",
          name,
          `Not set, so these do not find the server: ${readers[name]}`,
          "Set all three to the same value",
        ),
      ),
    );
  for (const name of given) found.push(await hostFinding(world, name, probe));
  return [...found, ...switchFindings(env), ...shadowFindings(env, given.length > 0)];
}

async function hostFinding(world: World, name: string, probe: boolean): Promise<Finding> {
  const host = world.env[name] ?? "";
  if (host.includes("://"))
    return finding(
      "fail",
      name,
      `"${host}" has a scheme, which most libraries put before it once more`,
      "Write HOST:PORT alone",
    );
  if (!isLoopback(host) && !probe)
    return finding("info", name, `${host}; not asked, since it is not this machine`, "--probe asks it");
  const answer = await world.probe(host);
  if (answer === undefined)
    return finding("fail", name, `Nobody answers at ${host}`, "Start the server: gce-metadata-emulator serve");
  if (!answer.flavor)
    return finding(
      "fail",
      name,
      `What answers at ${host} is no metadata server (no Metadata-Flavor header)`,
      "Check the port",
    );
  if (host.startsWith("localhost"))
    return finding(
      "warn",
      name,
      `A metadata server answers at ${host}, but some clients look localhost up as ::1 first`,
      "Write 127.0.0.1",
    );
  return finding("ok", name, `A metadata server answers at ${host}`);
}

function switchFindings(env: World["env"]): Finding[] {
  const found: Finding[] = [];
  const detection = env.METADATA_SERVER_DETECTION?.trim().toLowerCase();
  if (detection !== undefined && !detections.includes(detection))
    found.push(
      finding(
        "fail",
        "METADATA_SERVER_DETECTION",
        "Node's library throws for this value",
        `One of ${detections.join(", ")}`,
      ),
    );
  else if (detection === "none" || detection === "bios-only")
    found.push(
      finding(
        "fail",
        "METADATA_SERVER_DETECTION",
        `"${detection}" keeps Node's library from asking a server here`,
        "assume-present",
      ),
    );
  if (/^true$/i.test(env.NO_GCE_CHECK ?? ""))
    found.push(
      finding(
        "fail",
        "NO_GCE_CHECK",
        "Keeps Python's and Java's libraries from asking the metadata server",
        "unset NO_GCE_CHECK",
      ),
    );
  if (isSet(env.HTTP_PROXY ?? env.http_proxy) && !/127\.0\.0\.1|\*/.test(env.NO_PROXY ?? env.no_proxy ?? ""))
    found.push(
      finding(
        "warn",
        "HTTP_PROXY",
        "Some clients send metadata requests through the proxy",
        "Add 127.0.0.1,169.254.169.254,metadata.google.internal to NO_PROXY",
      ),
    );
  return found;
}

function shadowFindings(env: World["env"], sent: boolean): Finding[] {
  return shadowing
    .filter((name) => name !== "NO_GCE_CHECK" && isSet(env[name]))
    .map((name) => {
      const level: Level = sent && name === "GOOGLE_APPLICATION_CREDENTIALS" ? "fail" : "warn";
      const message = "Is set: what reads it takes it before the metadata server";
      return finding(level, name, message, `unset ${name} for the program, or run it by exec; the server may have it`);
    });
}

/** Whether `host:port`, with or without a secret path, is this machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:\/s\/[\w-]+)?$/.test(host);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== "";
}

function finding(level: Level, check: string, message: string, advice?: string): Finding {
  return { area, level, check, message, ...(advice === undefined ? {} : { advice }) };
}
