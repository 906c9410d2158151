/**
 * OS Login's two-factor sessions (mds-behaviour.md 9): started for a user, continued with an answer.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Directory } from "./directory.ts";

/** Sessions beyond this many end the oldest one. */
const maxSessions = 1_000;

interface Session {
  readonly email: string;
  readonly type: string;
  readonly credential: string;
}

export class Sessions {
  readonly #directory: Directory;
  readonly #open = new Map<string, Session>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** `POST authenticate/sessions/start`. `undefined`: the body is not what the client module sends. */
  start(body: Json): Json | undefined {
    if (!isObject(body) || typeof body.email !== "string" || !Array.isArray(body.supportedChallengeTypes))
      return undefined;
    const challenge = this.#directory.find(body.email)?.challenge;
    const supported = body.supportedChallengeTypes as readonly Json[];
    if (challenge === undefined || !supported.includes(challenge.type)) return { status: "NO_AVAILABLE_CHALLENGES" };
    const sessionId = crypto.randomUUID();
    this.#open.set(sessionId, { email: body.email, ...challenge });
    if (this.#open.size > maxSessions) this.#open.delete(this.#open.keys().next().value ?? "");
    return { status: "CHALLENGE_REQUIRED", sessionId, challenges: [ready(challenge.type)] };
  }

  /** `POST authenticate/sessions/ID/continue`. `undefined`: no such session, or a body that means nothing. */
  proceed(sessionId: string, body: Json): Json | undefined {
    const session = this.#open.get(sessionId);
    if (session === undefined || !isObject(body) || body.email !== session.email) return undefined;
    if (body.action === "START_ALTERNATE")
      return { status: "CHALLENGE_REQUIRED", sessionId, challenges: [ready(session.type)] };
    if (body.action !== "RESPOND") return undefined;
    const given = isObject(body.proposalResponse) ? body.proposalResponse.credential : undefined;
    if (given !== session.credential)
      return { status: "CHALLENGE_REQUIRED", sessionId, rejectionReason: "INVALID_CREDENTIAL" };
    this.#open.delete(sessionId);
    return { status: "AUTHENTICATED" };
  }
}

const ready = (challengeType: string): JsonObject => ({ challengeId: 1, challengeType, status: "READY" });
