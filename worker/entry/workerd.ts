/**
 * workerd: the worker that `wrangler dev` runs. The state of an instance lives in a Durable Object; the worker in front
 * of it answers what is held already by itself and hands everything else on.
 *
 * @module
 */
import { DurableObject, type DurableObjectNamespace, type DurableObjectState } from "cloudflare:workers";
import { loadSettings } from "../config/load.ts";
import type { Settings } from "../config/settings.ts";
import { createEmulatorCore, type Emulator, type EmulatorOptions } from "../emulator.ts";
import type { Reply } from "../http/reply.ts";
import { callFrom } from "../http/request-call.ts";
import { NeedsOwner } from "../instance/instance.ts";
import { ConfigurationError } from "../lib/errors.ts";
import { whenReady } from "../lib/ready.ts";
import type { Platform } from "../platform.ts";
import { createLog } from "../telemetry/log.ts";
import { Misconfigured } from "./misconfigured.ts";
import { openStorage } from "./object-storage.ts";
import { createPlatform, textsOf, write } from "./workerd-platform.ts";
import { forwardable } from "./workerd-request.ts";
import { respond } from "./workerd-response.ts";

interface Bindings {
  readonly INSTANCE: DurableObjectNamespace;
  readonly [name: string]: unknown;
}

/** The name of the one instance there is so far. */
const instanceName = "default";

/**
 * The emulator of this isolate, put here by the Durable Object when it runs in the same isolate as the worker, which it
 * does under `wrangler dev`. Reading it costs no hop. It is only trusted for a while after the object has last answered
 * in this isolate: an object that has moved away leaves it behind.
 */
const here: { emulator: Emulator | undefined; until: number } = { emulator: undefined, until: 0 };
const leaseMs = 1_000;

/** Variables that are known to be those of one emulator: every request comes with the same object. */
const plain = new WeakSet<Bindings>();

export default {
  fetch(request: Request, env: Bindings): Response | Promise<Response> {
    if (!plain.has(env)) return first(request, env);
    const answer = heldAnswer(request);
    return answer instanceof Response ? answer : answered(answer, request, env);
  },
};

/** Answers while it is not known yet what the variables make of this worker, and for a service always. */
async function first(request: Request, env: Bindings): Promise<Response> {
  const texts = textsOf(env);
  if (mayBeService(texts)) {
    const { passGate } = await import("./workerd-service.ts");
    const answer = await passGate(request, texts, env.INSTANCE);
    if (answer !== "none") return answer instanceof Response ? answer : respond(answer, request);
  }
  plain.add(env);
  return askObject(request, env);
}

/** What is here already, at once if nothing waits; `undefined` where the object has to answer. */
function heldAnswer(request: Request): Response | Promise<Response> | undefined {
  const { emulator } = here;
  if (emulator === undefined || Date.now() >= here.until) return undefined;
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  try {
    return whenReady(emulator.handleHeld(callFrom(request)), (reply) => respond(reply, request));
  } catch (error) {
    if (error instanceof NeedsOwner) return undefined;
    throw error;
  }
}

async function answered(held: Promise<Response> | undefined, request: Request, env: Bindings): Promise<Response> {
  try {
    if (held !== undefined) return await held;
  } catch (error) {
    if (!(error instanceof NeedsOwner)) throw error;
  }
  return askObject(request, env);
}

function askObject(request: Request, env: Bindings): Promise<Response> {
  return env.INSTANCE.getByName(instanceName).fetch(forwardable(request));
}

/**
 * Whether these variables may be a service's. Only then its code is loaded, which looks closer. Each request has an
 * `import()` of its own: the promise belongs to the request that made it, the module to all.
 */
function mayBeService({ METADATA_CONFIG = "", METADATA_REQUIRE_AUTH }: Readonly<Record<string, string>>): boolean {
  return METADATA_REQUIRE_AUTH !== undefined || METADATA_CONFIG.includes('"auth"');
}

/** What an object serves: an emulator, or something that takes requests as they are. */
type Served = { readonly emulator: Emulator } | { handle(request: Request): Reply | Promise<Reply> };

/** One instance: its metadata, waiters and tokens. */
export class MetadataInstance extends DurableObject<Bindings> {
  readonly #served: Promise<Served>;

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env);
    this.#served = ctx.blockConcurrencyWhile(async () => {
      const texts = textsOf(env);
      const kept = () => openStorage(ctx.storage);
      if (mayBeService(texts)) {
        const { createInstanceService } = await import("./workerd-service.ts");
        const service = await createInstanceService(texts, kept);
        if (service !== "none") return service;
      }
      try {
        return { emulator: await createEmulator(texts, kept()) };
      } catch (error) {
        if (error instanceof ConfigurationError) return new Misconfigured(error, texts.METADATA_SECRET_PATH);
        throw error;
      }
    });
  }

  async fetch(request: Request): Promise<Response> {
    const served = await this.#served;
    if (!("emulator" in served)) return respond(await served.handle(request), request);
    const { emulator } = served;
    here.emulator = emulator;
    here.until = Date.now() + leaseMs;
    return respond(await emulator.handle(callFrom(request)), request);
  }
}

async function createEmulator(env: Record<string, string>, kept: EmulatorOptions): Promise<Emulator> {
  const early = createPlatform(env, createLog({ level: "warn", format: "text", now: Date.now, write }));
  const { credentialError, settings } = await settingsOf(env, early);
  const platform = createPlatform(
    env,
    createLog({ level: settings.logLevel, format: settings.logFormat, now: Date.now, write }),
  );
  const emulator = await createEmulatorCore(settings, platform, {
    ...kept,
    // An object that was idle for seconds is put away, and the next request builds it anew.
    former: here.emulator,
    keepGoing: true,
    loadAssets: () => import("../inspector/assets.js"),
    ...(credentialError === undefined ? {} : { credentialError }),
  });
  const account = emulator.accounts().get("default");
  platform.log(
    "info",
    `Serving ${account?.email ?? "no account"} by ${settings.accounts.default?.origin || "the local issuer"}`,
  );
  return emulator;
}

/** A broken credential breaks tokens only; any other mistake leaves nothing to serve. */
async function settingsOf(
  env: Record<string, string>,
  platform: Platform,
): Promise<{ settings: Settings; credentialError?: ConfigurationError }> {
  try {
    return { settings: await loadSettings({ flags: {}, env }, platform) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    platform.log("error", error.message);
    const rest = Object.fromEntries(
      Object.entries(env).filter(
        ([name]) => !/^GOOGLE_(?:ACCESS_TOKEN|APPLICATION_CREDENTIALS|ID_TOKEN|IMPERSONATE)/.test(name),
      ),
    );
    return { settings: await loadSettings({ flags: {}, env: rest }, platform), credentialError: error };
  }
}
