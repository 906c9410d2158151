/**
 * Tokens that the service has given, for the time when it cannot be reached. Nothing else is kept: an old value of the
 * metadata could be wrong, a token that lives is right.
 *
 * @module
 */
import type { Call } from "../http/call.ts";
import { byteLength, type Reply } from "../http/reply.ts";
import { isObject, parseJson, stringifyJson } from "../lib/json.ts";
import { createSteadyTime } from "../lib/steady.ts";
import type { Clock } from "../platform.ts";
import { expiryOf } from "../tokens/google/answers.ts";

/** A token with less than this left is no help to anybody. */
const marginMs = 60_000;
/** Requests whose token is kept; workloads ask the same few. */
const maxKept = 500;

const tokenPath = /\/service-accounts\/[^/]+\/(token|identity)$/;

interface Held {
  readonly reply: Reply;
  /** By the steady time. */
  readonly expiresAt: number;
}

export class HeldTokens {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#now = createSteadyTime(clock);
  }

  /** Keeps the token of an answer with 200, if it is one. */
  keep(call: Call, reply: Reply): void {
    const kind = tokenPath.exec(call.path)?.[1];
    if (kind === undefined) return;
    const text = textOf(reply);
    const expiry = kind === "identity" ? expiryOf(text) : undefined;
    const lifeMs = expiry === undefined ? lifeOfAccess(text) : expiry - this.#clock.now();
    if (lifeMs === undefined) return;
    this.#held.delete(call.target);
    this.#held.set(call.target, { reply, expiresAt: this.#now() + lifeMs });
    const [oldest] = this.#held.keys();
    if (this.#held.size > maxKept && oldest !== undefined) this.#held.delete(oldest);
  }

  /** Returns the answer with the token that was given for the same request, its remaining life in it. */
  find(call: Call): Reply | undefined {
    const held = this.#held.get(call.target);
    if (held === undefined || (call.method !== "GET" && call.method !== "HEAD")) return undefined;
    const left = held.expiresAt - this.#now();
    if (left > marginMs) return aged(held.reply, Math.floor(left / 1000));
    this.#held.delete(call.target);
    return undefined;
  }
}

function lifeOfAccess(text: string): number | undefined {
  try {
    const answer = parseJson(text);
    const seconds = isObject(answer) ? answer.expires_in : undefined;
    return typeof seconds === "number" ? seconds * 1000 : undefined;
  } catch {
    return undefined;
  }
}

function aged(reply: Reply, seconds: number): Reply {
  const text = textOf(reply);
  if (!text.startsWith("{")) return reply;
  const answer = parseJson(text);
  const body = isObject(answer) ? stringifyJson({ ...answer, expires_in: seconds }) : text;
  return { ...reply, body, headers: { ...reply.headers, "Content-Length": String(byteLength(body)) } };
}

function textOf({ body }: Reply): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}
