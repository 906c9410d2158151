/**
 * The relay: the metadata server that a workload's SDK sees, in front of a service that has the keys. It judges what the
 * workload may not do (the guard), adds the credential, passes the service's answers on unchanged, and lives through the
 * service's absences with the tokens it has passed on before.
 *
 * @module
 */
import { BodyRefused } from "../http/body.ts";
import type { Call } from "../http/call.ts";
import { createGuard, hasFlavor } from "../http/guard.ts";
import { type Reply, toResponse } from "../http/reply.ts";
import { callFrom, type RequestFacts } from "../http/request-call.ts";
import { styles } from "../http/style.ts";
import { messageOf } from "../lib/errors.ts";
import type { Platform } from "../platform.ts";
import { ClientAway, type ServiceAnswer, ServiceAway } from "./answer.ts";
import { createForwarder } from "./forward.ts";
import { HeldTokens } from "./held.ts";
import type { RelayOptions } from "./options.ts";
import { askWaiting } from "./waiting.ts";

export interface Relay {
  handle(call: Call): Promise<Reply>;
  fetch(request: Request, facts?: RequestFacts): Promise<Response>;
  /** Ends waiting requests with 503. */
  close(): void;
}

const style = styles.vm;

/** Builds a relay. It makes no call before it is asked. */
export function createRelay(options: RelayOptions, platform: Platform): Relay {
  const { allowedHosts = [] } = options;
  const guard = createGuard({ style, allowedHosts: () => allowedHosts });
  const closing = new AbortController();
  const forward = createForwarder(options, platform, closing.signal);
  const held = new HeldTokens(platform.clock);
  const service = new URL(options.to).origin;

  async function handle(call: Call): Promise<Reply> {
    const refusal = guard(call) ?? localRefusal(call);
    if (refusal !== undefined) return refusal;
    try {
      return judged(call, await askWaiting(call, forward, platform.clock));
    } catch (error) {
      if (error instanceof BodyRefused) return style.error(error.status, error.message);
      if (error instanceof ClientAway) return style.error(503, "The client went away.");
      if (!(error instanceof ServiceAway)) throw error;
      return closing.signal.aborted ? style.error(503, "The relay is shutting down.") : away(call, error.message);
    }
  }

  /** The service's own answers pass; what stands in front of it, or is no service at all, does not speak for it. */
  function judged(call: Call, { isService, reply }: ServiceAnswer): Reply {
    const { status } = reply;
    if (status >= 500 || status === 429) {
      const token = held.find(call);
      if (token !== undefined) return token;
    }
    if (status === 401) warn(call, `The service at ${service} refused the credential of this relay (401)`);
    else if (status === 403) warn(call, `The service at ${service} does not allow this (403)`);
    else if (!isService) return away(call, `answered ${status}, and not as a metadata service does`);
    if (status === 200) held.keep(call, reply);
    return reply;
  }

  function away(call: Call, what: string): Reply {
    const sentence = `The service at ${service} ${what}`;
    const token = held.find(call);
    warn(call, token === undefined ? sentence : `${sentence}; a token that it gave before is served`);
    return token ?? style.error(503, `${sentence}. This relay works; try again later.`);
  }

  function warn(call: Call, sentence: string): void {
    platform.log("warn", sentence, { path: call.path });
  }

  return {
    handle: async (call) => {
      try {
        return await handle(call);
      } catch (error) {
        platform.log("error", `Cannot relay ${call.method} ${call.path}: ${messageOf(error)}`);
        return style.error(503, `This relay cannot ask the service: ${messageOf(error)}`);
      }
    },
    async fetch(request, facts) {
      return toResponse(await this.handle(callFrom(request, facts)), request.method);
    },
    close: () => closing.abort(),
  };
}

/**
 * With the relay's credential in it, a call of the control API needs what no page and no fetched URL can add. Bun's fetch
 * makes one slash of two.
 */
const guarded = /^\/+(?:computeMetadata\/v1|emulator)(?:\/|$)/;
const open = /^\/emulator\/v1\/(?:health$|issuer\/)/;

function localRefusal(call: Call): Reply | undefined {
  if (call.method === "OPTIONS" || call.method === "TRACE")
    return style.error(405, "This method is not supported here.", { headers: { Allow: "GET, HEAD" } });
  // A stream has no end that a relay could wait for.
  if (call.path === "/emulator/v1/stream") return style.notFound(call.target);
  const needsFlavor = guarded.test(call.path) && !open.test(call.path);
  return needsFlavor && !hasFlavor(call, style) ? style.missingFlavor(call.target) : undefined;
}
