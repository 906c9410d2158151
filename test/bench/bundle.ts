/**
 * The size of the worker's modules as wrangler uploads them: those that are loaded at the start, and all there are. That
 * an everyday instance really needs no more is proved by one that has no others.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { serveFakeGoogle } from "../fakes/google-server.ts";
import { type ServerOptions, startServer } from "../harness/server.ts";
import { bundleFolder, mainModule, moduleNames } from "../harness/workerd.ts";
import { only, type Row } from "./report.ts";
import { flavor } from "./servers.ts";
import { targets } from "./targets.ts";

const wantedKibibytes = 60;
/** All parts together, the inspector's page among them: above this something has crept in that does not belong there. */
const limitKibibytes = 120;

const identity = targets.token.replace(/token$/, "identity?audience=https://bench.example");

/** Measures what `build-worker.ts` has built. */
export async function measureBundle(): Promise<Row[]> {
  await using google = await serveFakeGoogle();
  const key = await google.google.directory.createServiceAccount("bench@bench.iam.gserviceaccount.com", {});
  const env = {
    GOOGLE_APPLICATION_CREDENTIALS_JSON: JSON.stringify(key),
    CLOUDSDK_AUTH_TOKEN_HOST: `${google.url}/token`,
  };
  return [
    rowOf("worker at the start, gzip", closure([mainModule]), wantedKibibytes),
    await measureInstance("local issuer", "local", {}),
    await measureInstance("service-account key", "service-account", { env }),
    rowOf("worker with every part, gzip", moduleNames(), limitKibibytes),
  ];
}

/** Runs an instance that has the modules of the start and of its source alone. */
async function measureInstance(name: string, source: string, options: ServerOptions): Promise<Row> {
  const own = moduleNames().filter((module) => new RegExp(`^${source}-.{8}\\.js$`).test(module));
  if (own.length !== 1) throw new Error(`There are ${own.length} modules of the source ${source}`);
  const modules = closure([mainModule, ...own]);
  const row = rowOf(`worker with ${name}, gzip`, modules, wantedKibibytes);
  const server = await startServer("workerd", { ...options, modules });
  try {
    for (const path of [targets.leaf, targets.recursive, targets.token, identity]) {
      const answer = await fetch(server.origin + path, { headers: flavor });
      if (answer.status !== 200)
        return { ...row, problem: `${path} needs more: ${answer.status} ${await answer.text()}` };
    }
    return row;
  } finally {
    await server.stop();
  }
}

function rowOf(measure: string, modules: readonly string[], limit: number): Row {
  const codes = modules.map((name) => readFileSync(join(bundleFolder, name)));
  const bytes = codes.reduce((sum, code) => sum + code.length, 0);
  const zipped = codes.reduce((sum, code) => sum + gzipSync(code, { level: 9 }).length, 0);
  const size = zipped / 1024;
  return {
    measure,
    runtime: "workerd",
    figures: `${modules.length} modules, ${bytes} bytes, ${zipped} gzipped`,
    value: only(size),
    unit: "KiB",
    target: `≤ ${limit}`,
    problem: size <= limit ? undefined : `more than ${limit} KiB`,
  };
}

/** Modules with all that they import, but for what they load by `import()`. */
function closure(names: readonly string[]): string[] {
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const code = readFileSync(join(bundleFolder, name), "utf8");
    for (const [, imported = ""] of code.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+)["'`]/g)) add(imported);
  };
  for (const name of names) add(name);
  return [...found];
}
