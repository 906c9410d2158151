/**
 * The gate of a service: every request but the one for its health needs a client that some rule is for. Knows no
 * instance, so that it can stand in front of many.
 *
 * @module
 */
import { createAuthenticator } from "../auth/authenticate.ts";
import { type Identity, Unauthenticated } from "../auth/identity.ts";
import { findClient } from "../auth/match.ts";
import type { ServiceSettings } from "../config/settings.ts";
import type { Call } from "../http/call.ts";
import { type Reply, reply } from "../http/reply.ts";
import { styles } from "../http/style.ts";
import type { Platform } from "../platform.ts";
import type { Audit, Subject } from "./audit.ts";

/** A client that may go on, and by which rule (its index). */
export interface Admitted {
  readonly rule: number;
  readonly subject: Subject & { readonly client: string };
}

/** Lets a call through to an instance, or answers it. */
export type Gate = (call: Call) => Promise<Admitted | Reply>;

/** Builds the gate. */
export function createGate(service: ServiceSettings, platform: Platform, audit: Audit, version: string): Gate {
  const authenticate = createAuthenticator(service.auth, platform);
  return async (call) => {
    if (isHealth(call)) return health(version);
    let identities: readonly Identity[];
    try {
      identities = await authenticate(call);
    } catch (error) {
      if (!(error instanceof Unauthenticated)) throw error;
      audit.refusal({ client: null }, { status: 401, reason: error.message, path: call.path.slice(0, 200) });
      return unauthenticated;
    }
    const match = findClient(service.clients, identities);
    if (match !== undefined) {
      const { client, identity } = match;
      const subject = { ...subjectOf(identity), rule: client.rule, instance: client.instance };
      return { rule: service.clients.indexOf(client), subject };
    }
    const [first] = identities;
    const subject = first === undefined ? { client: null } : subjectOf(first);
    audit.refusal(subject, { status: 403, reason: "no rule is for this client", path: call.path.slice(0, 200) });
    return noRule;
  };
}

function isHealth({ method, path }: Call): boolean {
  return path === "/emulator/v1/health" && (method === "GET" || method === "HEAD");
}

function health(version: string): Reply {
  const headers = { "Cache-Control": "no-store" };
  const body = JSON.stringify({ status: "ok", version });
  return reply(styles.vm.server, 200, "application/json", body, { headers });
}

function subjectOf({ client, issuer, subject }: Identity): Admitted["subject"] {
  return { client, ...(issuer === undefined ? {} : { issuer }), ...(subject === undefined ? {} : { sub: subject }) };
}

const unauthenticated = styles.vm.error(401, "This service needs a credential that it knows.", {
  headers: { "WWW-Authenticate": "Bearer" },
});
const noRule = styles.vm.error(403, "This service knows this client, but no rule of it is for this client.");
