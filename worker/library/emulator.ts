/**
 * `createEmulator`: the emulator as an object with methods. It is there at once; configuration and credentials are read
 * behind it, and every method waits for them. What a runtime adds (files, sockets) comes in as a host.
 *
 * @module
 */
import type { Control } from "../control/control.ts";
import { type Emulator as Core, createEmulatorCore } from "../emulator.ts";
import type { LoadAssets } from "../http/handlers/inspector.ts";
import { toResponse } from "../http/reply.ts";
import { callFrom } from "../http/request-call.ts";
import { ConfigurationError } from "../lib/errors.ts";
import { loadComplete } from "../load.ts";
import type { Folder } from "../metadata/folder.ts";
import type { Platform } from "../platform.ts";
import { createInterceptor } from "./interceptor.ts";
import { assertKnown, clockOf, inputsOf } from "./options.ts";
import type { Emulator, EmulatorOptions, Fetch, ListeningServer, ListenOptions } from "./types.ts";

/** What a runtime adds to web standards. */
export interface Host {
  readonly platform: Pick<Platform, "runtime" | "readTextFile" | "writeTextFile" | "run" | "fetchWithCertificate">;
  readonly readFolder?: (path: string) => Promise<Folder>;
  /** The inspector's page, for whoever sets a control token. */
  readonly loadAssets?: LoadAssets;
  listen(core: Core, options: ListenOptions): Promise<ListeningServer>;
}

/** Builds an emulator on `host`. Throws a `ConfigurationError` for unknown options. */
export function createEmulatorOn(host: Host, options: EmulatorOptions): Emulator {
  assertKnown(options);
  let running: Running | undefined;
  let closed = false;
  const servers = new Set<ListeningServer>();
  const started = start(host, options).then((built) => {
    running = built;
    return built;
  });
  const ready = started.then(() => undefined);
  // Whoever does not wait for `ready` hears of it from the next method.
  ready.catch(() => undefined);
  const fetch: Fetch = async (input, init) => {
    const request = input instanceof Request && init === undefined ? input : new Request(input, init);
    const { core } = await started;
    return toResponse(await core.handle(callFrom(request, { hostFromUrl: true })), request.method);
  };
  const close = async () => {
    closed = true;
    const built = await started.catch(() => undefined);
    built?.core.close();
    await Promise.all([...servers].map((server) => server.close()));
  };
  return {
    ready,
    fetch,
    interceptor: (next = globalThis.fetch) => createInterceptor(fetch, next),
    listen: async (where = {}) => {
      const server = await host.listen((await started).core, where);
      servers.add(server);
      if (!closed) return server;
      // Nobody would close it any more, and it would keep the process from ending.
      await server.close();
      throw new Error("This emulator is closed; make another one to listen");
    },
    ...controlOf(started, () => running),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** An emulator with what its methods are views of: they take effect in the order of their calls. */
interface Running {
  readonly core: Core;
  readonly control: Control;
}

type ControlMethods = Pick<
  Emulator,
  "get" | "set" | "patch" | "delete" | "event" | "fault" | "rotate" | "requests" | "clearRequests"
>;

function controlOf(started: Promise<Running>, now: () => Running | undefined): ControlMethods {
  const control = async () => (now() ?? (await started)).control;
  return {
    get: async (path) => (await control()).get(path),
    set: async (path, value) => (await control()).set(path, value),
    patch: async (path, patch) => (await control()).patch(path, patch),
    delete: async (path) => (await control()).delete(path),
    event: async (event) => (await control()).event(event),
    fault: async (rules) => {
      const { control: live } = now() ?? (await started);
      if (Array.isArray(rules)) live.setFaults(rules);
      else live.fault(rules as Parameters<typeof live.fault>[0]);
    },
    rotate: async (account) => (await control()).rotate(account),
    requests: () => now()?.control.requests() ?? [],
    clearRequests: () => now()?.control.clearRequests(),
  };
}

async function start(host: Host, options: EmulatorOptions): Promise<Running> {
  const { fetch = globalThis.fetch, log = () => undefined, metadataDir, random = Math.random } = options;
  const inputs = inputsOf(options);
  const platform: Platform = {
    ...host.platform,
    clock: clockOf(options.clock),
    env: inputs.env,
    fetch: (url, init) => fetch(url, init),
    log,
    random,
  };
  const { readFolder } = host;
  const settings = await loadComplete(inputs, platform, {
    readFolder: metadataDir === undefined || readFolder === undefined ? undefined : () => readFolder(metadataDir),
  });
  // Served as an ordinary emulator it would let everybody in.
  if (settings.service !== undefined)
    throw new ConfigurationError([
      { at: "auth", message: "An authenticated service is no emulator of the library; run it by serve, or on workerd" },
    ]);
  const core = await createEmulatorCore(settings, platform, {
    keepRequests: true,
    ...(host.loadAssets === undefined ? {} : { loadAssets: host.loadAssets }),
  });
  return { core, control: await core.control() };
}
