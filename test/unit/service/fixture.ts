/**
 * A service in this process: clients with secrets of their own, a fake clock, its audit as objects.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { loadSettings } from "../../../worker/config/load.ts";
import { createService, type Service } from "../../../worker/service/service.ts";
import { createFakeClock, type FakeClock } from "../../fakes/clock.ts";
import { createFakePlatform, type FakePlatform } from "../../fakes/platform.ts";

export type AuditLine = Readonly<Record<string, unknown>>;

export interface TestService {
  readonly service: Service;
  readonly clock: FakeClock;
  readonly platform: FakePlatform;
  readonly audit: AuditLine[];
  /** Asks as the client of a secret's name; `""` presents nothing. */
  ask(client: string, path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** A PUT of JSON, for the control API. */
  put(client: string, path: string, body: unknown): Promise<Response>;
}

/** The secret that a test client presents. */
export const secretOf = (name: string) => `the-secret-of-${name}-`.padEnd(40, "x");

/** Ways to authenticate for these names. */
export const authFor = (...names: readonly string[]) => ({
  secrets: names.map((name) => ({ name, sha256: createHash("sha256").update(secretOf(name)).digest("hex") })),
});

export async function settingsFor(config: object) {
  return loadSettings({ flags: {}, env: {}, configText: JSON.stringify(config) }, createFakePlatform());
}

export interface TestServiceOptions {
  readonly fetch?: (url: string, init?: RequestInit) => Promise<Response>;
  readonly maxInstances?: number;
}

export async function startService(config: object, options: TestServiceOptions = {}): Promise<TestService> {
  const clock = createFakeClock(undefined, { autoBelowMs: 1 });
  const platform = createFakePlatform({ clock, ...(options.fetch === undefined ? {} : { fetch: options.fetch }) });
  const audit: AuditLine[] = [];
  const service = await createService(await settingsFor(config), platform, {
    audit: (line) => audit.push(JSON.parse(line) as AuditLine),
    ...(options.maxInstances === undefined ? {} : { maxInstances: options.maxInstances }),
  });
  const ask: TestService["ask"] = (client, path, headers = {}) => {
    const credential = client === "" ? {} : { Authorization: `Bearer ${secretOf(client)}` };
    const all = { Host: "service.example.com", "Metadata-Flavor": "Google", ...credential, ...headers };
    return service.fetch(new Request(`http://service.example.com${path}`, { headers: all }));
  };
  const put: TestService["put"] = (client, path, body) => {
    const headers = { Authorization: `Bearer ${secretOf(client)}`, Host: "service.example.com" };
    const init = { method: "PUT", headers, body: JSON.stringify(body) };
    return service.fetch(new Request(`http://service.example.com${path}`, init));
  };
  return { service, clock, platform, audit, ask, put };
}

export const v1 = "/computeMetadata/v1";
export const accounts = `${v1}/instance/service-accounts`;
