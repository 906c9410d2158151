/**
 * An authenticated service in one process: the gate, and behind it every instance of the configuration. Has the shape of
 * a single emulator, so that whatever listens for one can listen for the other.
 *
 * @module
 */
import type { ServiceSettings, Settings } from "../config/settings.ts";
import { createEmulatorCore, type Emulator, type EmulatorOptions } from "../emulator.ts";
import type { Call } from "../http/call.ts";
import { type Reply, toResponse } from "../http/reply.ts";
import { callFrom, type RequestFacts } from "../http/request-call.ts";
import { styles } from "../http/style.ts";
import { messageOf } from "../lib/errors.ts";
import type { Platform } from "../platform.ts";
import type { IssuerKeys } from "../tokens/local-issuer.ts";
import { version } from "../version.ts";
import { Audit } from "./audit.ts";
import { checkRules } from "./check.ts";
import { createGate, type Gate } from "./gate.ts";
import { Registry } from "./registry.ts";
import { Tenant } from "./tenant.ts";

type KeptOptions = Pick<EmulatorOptions, "changes" | "save" | "keys" | "onKeys">;

export interface ServiceOptions {
  /** Writes a line of the audit. */
  readonly audit: (line: string) => void;
  /** What an instance keeps over a restart, and where. */
  readonly keep?: (instance: string) => Promise<KeptOptions>;
  /** Most instances in memory. */
  readonly maxInstances?: number;
}

export interface Service {
  handle(call: Call): Promise<Reply>;
  fetch(request: Request, facts?: RequestFacts): Promise<Response>;
  /** Puts another configuration in force as a whole. Rejects and changes nothing on a mistake. */
  configure(settings: Settings): Promise<void>;
  /** Number of instances in memory. */
  readonly live: number;
  /** Number of requests that wait for a change. */
  readonly waiting: number;
  close(): void;
}

/** Builds the service of `settings.service`. Rejects with a `ConfigurationError` that tells every mistake. */
export async function createService(settings: Settings, platform: Platform, options: ServiceOptions): Promise<Service> {
  const audit = new Audit(platform.clock, options.audit);
  // Whoever verifies tokens of a local issuer must find its key after the instance was dropped from memory.
  const keys = new Map<string, IssuerKeys>();
  let current = await open(settings);

  async function open(next: Settings): Promise<{ service: ServiceSettings; gate: Gate; registry: Registry }> {
    const { service } = next;
    if (service === undefined) throw new TypeError("These are not the settings of a service");
    await checkRules(service, platform);
    const build = async (name: string) => {
      const own = service.instances[name];
      if (own === undefined) throw new TypeError(`There is no instance "${name}"`);
      const inMemory = { keys: keys.get(name), onKeys: (made: IssuerKeys) => void keys.set(name, made) };
      const kept = options.keep === undefined ? inMemory : await options.keep(name);
      // Only a client with control can ever ask for the requests.
      const keepRequests = service.clients.some(({ control, instance }) => control && instance === name);
      const emulator = await createEmulatorCore(own, platform, { ...kept, keepGoing: true, keepRequests });
      return new Tenant(emulator, { service, platform, audit });
    };
    const gate = createGate(service, platform, audit, version);
    return { service, gate, registry: new Registry(build, options.maxInstances) };
  }

  async function handle(call: Call): Promise<Reply> {
    try {
      const { gate, registry, service } = current;
      const admitted = await gate(call);
      if ("status" in admitted) return admitted;
      const tenant = await registry.get(service.clients[admitted.rule]?.instance ?? "");
      return await tenant.handle(call, admitted);
    } catch (error) {
      platform.log("error", `Cannot answer ${call.method} ${call.path}: ${messageOf(error)}`);
      return styles.vm.error(500, "The service could not answer this request. Its log says more.");
    }
  }

  /** What was written into an instance while it ran outlives a new configuration, unless that has no place for it. */
  async function followed(name: string, tenant: Tenant, next: Settings | undefined): Promise<Emulator | undefined> {
    try {
      if (next === undefined) throw new TypeError("it is not in the configuration any more");
      await tenant.emulator.configure(next);
      return tenant.release();
    } catch (error) {
      platform.log("warn", `The instance "${name}" starts anew: ${messageOf(error)}`);
      tenant.close();
      return undefined;
    }
  }

  return {
    handle,
    fetch: async (request, facts) => toResponse(await handle(callFrom(request, facts)), request.method),
    async configure(next) {
      const opened = await open(next);
      for (const [name, tenant] of current.registry.tenants()) {
        const emulator = await followed(name, tenant, opened.service.instances[name]);
        if (emulator !== undefined)
          opened.registry.put(name, new Tenant(emulator, { service: opened.service, platform, audit }));
      }
      current = opened;
    },
    get live() {
      return current.registry.size;
    },
    get waiting() {
      return [...current.registry.tenants()].reduce((sum, [, tenant]) => sum + tenant.waiting, 0);
    },
    close() {
      for (const [, tenant] of current.registry.tenants()) tenant.close();
    },
  };
}
