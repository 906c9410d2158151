/**
 * An authenticated service on workerd: the worker is the gate, one Durable Object per instance does the rest. What was
 * settled at the gate travels in a header that the worker alone can set.
 *
 * @module
 */
import type { DurableObjectNamespace } from "cloudflare:workers";
import { loadSettings } from "../config/load.ts";
import type { ServiceSettings } from "../config/settings.ts";
import { createEmulatorCore, type EmulatorOptions } from "../emulator.ts";
import type { Reply } from "../http/reply.ts";
import { callFrom } from "../http/request-call.ts";
import { styles } from "../http/style.ts";
import { ConfigurationError } from "../lib/errors.ts";
import type { Platform } from "../platform.ts";
import { Audit } from "../service/audit.ts";
import { checkRules } from "../service/check.ts";
import { type Admitted, createGate, type Gate } from "../service/gate.ts";
import { Tenant } from "../service/tenant.ts";
import { createLog } from "../telemetry/log.ts";
import { version } from "../version.ts";
import { createPlatform, write } from "./workerd-platform.ts";
import { forwardable } from "./workerd-request.ts";

const admittedHeader = "x-emulator-admitted";

/** A service as this isolate knows it; without it nothing is served. */
interface OpenService {
  readonly settings: ServiceSettings;
  readonly platform: Platform;
  readonly audit: Audit;
  readonly gate: Gate;
  /** Tells configurations apart: a rule is named by its place in one. */
  readonly configuration: string;
}

type Opened = Promise<OpenService | "none" | undefined>;

/** The service of this isolate: its variables never change, and reading the rules anew for every request would cost. */
const here: { configuration: string | undefined; opened: Opened } = {
  configuration: undefined,
  opened: Promise.resolve(undefined),
};

/** The service of these variables. `"none"`: they are not a service's. `undefined`: broken, and the log says why. */
export function serviceOf(env: Readonly<Record<string, string>>): Opened {
  const { METADATA_CONFIG = "" } = env;
  if (here.configuration !== METADATA_CONFIG) {
    const opened = open(env);
    here.configuration = METADATA_CONFIG;
    here.opened = opened;
    // What failed by accident is tried again by the next request; what is wrong in the configuration stays so.
    opened.catch(() => {
      if (here.opened === opened) here.configuration = undefined;
    });
  }
  return here.opened;
}

async function open(env: Readonly<Record<string, string>>): Opened {
  const early = createPlatform(env, createLog({ level: "warn", format: "text", now: Date.now, write }));
  try {
    const { logFormat, logLevel, service } = await loadSettings({ flags: {}, env }, early);
    if (service === undefined) return "none";
    const platform = createPlatform(env, createLog({ level: logLevel, format: logFormat, now: Date.now, write }));
    await checkRules(service, platform, { lifetimesOnly: true });
    const audit = new Audit(platform.clock, write);
    const gate = createGate(service, platform, audit, version);
    return { settings: service, platform, audit, gate, configuration: await digest(env.METADATA_CONFIG ?? "") };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    if (env.METADATA_REQUIRE_AUTH === undefined && !hasAuth(env.METADATA_CONFIG)) return "none";
    early.log("error", `Nothing is served: ${error.message.replaceAll("\n", "; ")}`);
    return undefined;
  }
}

/** Whether a configuration that cannot be used was meant for a service; an attribute may be called `auth`, too. */
function hasAuth(text = ""): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && Object.hasOwn(value, "auth");
  } catch {
    return true;
  }
}

/** What everybody gets while the configuration is broken. */
const closed: Reply = styles.vm.error(503, "This service is not configured. Its log says what is missing.");

/** Answers at the gate, or hands on to the instance's object. `"none"`: these are not the variables of a service. */
export async function passGate(
  request: Request,
  env: Readonly<Record<string, string>>,
  instances: DurableObjectNamespace,
): Promise<Reply | Response | "none"> {
  const service = await serviceOf(env);
  if (service === undefined) return closed;
  if (service === "none") return "none";
  const { configuration, gate, settings } = service;
  const admitted = await gate(callFrom(request));
  if ("status" in admitted) return admitted;
  const headers = new Headers(request.headers);
  headers.delete("authorization");
  headers.set(admittedHeader, encodeURIComponent(JSON.stringify({ admitted, configuration })));
  const instance = settings.clients[admitted.rule]?.instance ?? "";
  return instances.getByName(instance).fetch(new Request(forwardable(request), { headers }));
}

/** Builds the object's side, with what `keep` opens. `"none"`: these are not the variables of a service. */
export async function createInstanceService(
  env: Readonly<Record<string, string>>,
  keep: () => EmulatorOptions,
): Promise<InstanceService | { handle(): Reply } | "none"> {
  const service = await serviceOf(env);
  if (service === undefined) return { handle: () => closed };
  return service === "none" ? "none" : new InstanceService(service, keep());
}

/** The object's side: an instance, built when its first client comes. */
class InstanceService {
  readonly #service: OpenService;
  readonly #options: EmulatorOptions;
  #tenant: Promise<Tenant> | undefined;

  constructor(service: OpenService, options: EmulatorOptions = {}) {
    this.#service = service;
    this.#options = options;
  }

  async handle(request: Request): Promise<Reply> {
    const { admitted, configuration }: { admitted?: Admitted; configuration?: string } = JSON.parse(
      decodeURIComponent(request.headers.get(admittedHeader) ?? "%7B%7D"),
    );
    // While a new version is rolled out the worker may know other rules than the object.
    if (admitted === undefined || configuration !== this.#service.configuration) return closed;
    this.#tenant ??= this.#build(admitted).catch((error) => {
      this.#tenant = undefined;
      throw error;
    });
    return (await this.#tenant).handle(callFrom(request), admitted);
  }

  async #build({ rule }: Admitted): Promise<Tenant> {
    const { audit, platform, settings } = this.#service;
    const name = settings.clients[rule]?.instance ?? "";
    const own = settings.instances[name];
    if (own === undefined) throw new RangeError(`There is no instance "${name}"`);
    const keepRequests = settings.clients.some(({ control, instance }) => control && instance === name);
    const emulator = await createEmulatorCore(own, platform, { ...this.#options, keepGoing: true, keepRequests });
    return new Tenant(emulator, { service: settings, platform, audit });
  }
}

async function digest(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
