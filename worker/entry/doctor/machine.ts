/**
 * Files and addresses of the machine that decide what clients find: gcloud's login, gcloud's memory of where it is,
 * another metadata server, a container around us.
 *
 * @module
 */
import { join } from "node:path";
import { isObject, parseJson } from "../../lib/json.ts";
import type { Finding, World } from "./findings.ts";

/** gcloud believes its finding for this long. */
const gcloudMemoryMs = 10 * 60_000;
const linkLocal = "169.254.169.254";

/** Returns the places of gcloud's login that clients look at: below the home folder, and in CLOUDSDK_CONFIG. */
export function loginFiles({ env, home }: World): readonly string[] {
  const base = env.APPDATA === undefined ? join(home, ".config", "gcloud") : join(env.APPDATA, "gcloud");
  const folders = [...new Set([base, ...(env.CLOUDSDK_CONFIG ? [env.CLOUDSDK_CONFIG] : [])])];
  return folders.map((folder) => join(folder, "application_default_credentials.json"));
}

/** Looks at files and addresses; the link-local address is asked only with `probe`. */
export async function machineFindings(world: World, probe: boolean): Promise<Finding[]> {
  return [
    ...(await loginFindings(world)),
    ...(await gcloudFindings(world)),
    ...(await otherServer(world, probe)),
    ...(await containerFindings(world)),
  ];
}

async function loginFindings(world: World): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const path of loginFiles(world)) {
    const text = await world.readText(path);
    if (text === undefined) continue;
    const message = `A login of gcloud (${typeOf(text)}): clients take it before the metadata server`;
    const advice = "gcloud auth application-default revoke, or another HOME for the program";
    found.push({ area: "files", level: "warn", check: path, message, advice });
  }
  return found;
}

function typeOf(text: string): string {
  try {
    const value = parseJson(text);
    return isObject(value) && typeof value.type === "string" && /^\w{1,60}$/.test(value.type)
      ? value.type
      : "of no known type";
  } catch {
    return "not valid JSON";
  }
}

async function gcloudFindings(world: World): Promise<Finding[]> {
  const folder = world.env.CLOUDSDK_CONFIG ?? join(world.home, ".config", "gcloud");
  const path = join(folder, "gce");
  const text = (await world.readText(path))?.trim();
  const changed = await world.changedAt(path);
  if (text === undefined || changed === undefined || world.now() - changed > gcloudMemoryMs) return [];
  const until = new Date(changed + gcloudMemoryMs).toISOString().slice(11, 16);
  if (text === "True")
    return [
      {
        area: "files",
        level: "info",
        check: path,
        message: `gcloud believes that there is a metadata server until ${until} UTC`,
      },
    ];
  const message = `gcloud believes that there is no metadata server until ${until} UTC`;
  return [
    {
      area: "files",
      level: "warn",
      check: path,
      message,
      advice: `rm ${path}, or a fresh CLOUDSDK_CONFIG (exec makes one)`,
    },
  ];
}

async function otherServer(world: World, probe: boolean): Promise<Finding[]> {
  const found: Finding[] = [];
  const product = (await world.readText("/sys/class/dmi/id/product_name"))?.trim() ?? "";
  if (/^Google/.test(product))
    found.push({
      area: "machine",
      level: "warn",
      check: "firmware",
      message: `This is a machine of Google Cloud (${product}): its own metadata server answers clients that no variable sends here`,
    });
  const hosts = (await world.readText("/etc/hosts")) ?? "";
  const line = hosts.split("\n").find((each) => /^[^#]*\smetadata\.google\.internal(?:\s|$)/.test(each));
  if (line !== undefined) {
    const address = line.trim().split(/\s+/)[0] ?? "";
    found.push({
      area: "machine",
      level: "info",
      check: "/etc/hosts",
      message: `metadata.google.internal is ${address}`,
    });
  }
  if (!probe) return found;
  const answer = await world.probe(linkLocal);
  const message =
    answer === undefined
      ? "Nobody answers"
      : answer.flavor
        ? "A metadata server answers: clients that no variable sends elsewhere use it"
        : "Something else answers; detection of some clients is slow";
  return [...found, { area: "machine", level: answer === undefined ? "info" : "warn", check: linkLocal, message }];
}

/** Of a machine that runs containers: they do not see its loopback. */
const beside: Finding = {
  area: "machine",
  level: "info",
  check: "Docker",
  message: "Containers do not reach 127.0.0.1 of this machine",
  advice:
    "serve --host 0.0.0.0 --allow-host host.docker.internal, and docker run --add-host host.docker.internal:host-gateway --env-file FILE, made by env --shell docker",
};

async function containerFindings(world: World): Promise<Finding[]> {
  const inside =
    (await world.readText("/.dockerenv")) !== undefined || (await world.readText("/run/.containerenv")) !== undefined;
  if (!inside) return (await world.changedAt("/var/run/docker.sock")) === undefined ? [] : [beside];
  const message = "This is a container: 127.0.0.1 is the container itself, not the machine around it";
  const advice =
    "For a server outside: docker run --add-host host.docker.internal:host-gateway --env-file, by env --shell docker; the server needs --host 0.0.0.0 --allow-host host.docker.internal";
  return [{ area: "machine", level: "info", check: "container", message, advice }];
}
