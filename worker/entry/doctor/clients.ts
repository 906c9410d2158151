/**
 * What each client library would find here first: Application Default Credentials look at GOOGLE_APPLICATION_CREDENTIALS,
 * then at gcloud's login, then at the metadata server (clients.md 2 and 3).
 *
 * @module
 */
import type { Finding, World } from "./findings.ts";
import { loginFiles } from "./machine.ts";

interface Client {
  readonly name: string;
  /** Variables for the server's address, first one first; none: only the name or the address of the real one. */
  readonly variables: readonly string[];
  /** Whether it looks for gcloud's login in CLOUDSDK_CONFIG too. */
  readonly cloudsdk?: boolean;
}

const clients: readonly Client[] = [
  { name: "Python", variables: ["GCE_METADATA_HOST", "GCE_METADATA_ROOT"], cloudsdk: true },
  { name: "Node", variables: ["GCE_METADATA_IP", "GCE_METADATA_HOST"] },
  { name: "Go", variables: ["GCE_METADATA_HOST"] },
  { name: "Java", variables: ["GCE_METADATA_HOST"], cloudsdk: true },
  { name: ".NET", variables: ["GCE_METADATA_HOST"] },
  { name: "Ruby", variables: ["GCE_METADATA_HOST"] },
  { name: "C++", variables: ["GCE_METADATA_ROOT"] },
  { name: "Rust", variables: ["GCE_METADATA_HOST"] },
  { name: "PHP", variables: [] },
  { name: "gRPC core", variables: [] },
];

/** Returns a line for each client. */
export async function clientFindings(world: World): Promise<Finding[]> {
  const { env } = world;
  const [below = "", inCloudsdk] = loginFiles(world);
  const [belowExists, otherExists] = [
    await exists(world, below),
    inCloudsdk !== undefined && (await exists(world, inCloudsdk)),
  ];
  return clients.map((client): Finding => {
    const login = client.cloudsdk === true && inCloudsdk !== undefined ? otherExists : belowExists;
    const message =
      env.GOOGLE_APPLICATION_CREDENTIALS !== undefined && env.GOOGLE_APPLICATION_CREDENTIALS !== ""
        ? "GOOGLE_APPLICATION_CREDENTIALS"
        : login
          ? "gcloud's login"
          : serverOf(client, env);
    return { area: "clients", level: "info", check: client.name, message };
  });
}

function serverOf({ name, variables }: Client, env: World["env"]): string {
  const host = variables.map((variable) => env[variable]).find((value) => value !== undefined && value !== "");
  if (host === undefined) return "the metadata server at its own name and address, port 80";
  const gate =
    name === "Ruby" && env.K_SERVICE === undefined
      ? " (with K_SERVICE, K_REVISION, K_CONFIGURATION set, else none)"
      : "";
  return `the metadata server at ${host}${gate}`;
}

async function exists(world: World, path: string): Promise<boolean> {
  return (await world.readText(path)) !== undefined;
}
