/**
 * The handler of the bare servers on Bun and Deno: a new `Response` for each request, without a look at it.
 *
 * @module
 */
import process from "node:process";
import type { BareReply } from "./reply.ts";

const { body, headers, status } = replyOfEnvironment();
const answer = () => new Response(body, { status, headers });

let held: ((response: Response) => void)[] = [];

/** Holds every request until one for `/release` comes. */
function hold(request: Request): Response | Promise<Response> {
  if (!request.url.endsWith("/release")) return new Promise((resolve) => held.push(resolve));
  for (const resolve of held) resolve(answer());
  held = [];
  return answer();
}

export const handler = process.env.BARE_HOLDS === "1" ? hold : answer;

/** Reads the reply that the bench hands over. */
function replyOfEnvironment(): BareReply {
  const text = process.env.BARE_REPLY;
  if (text === undefined) throw new Error("Cannot start a bare handler without BARE_REPLY: the bench sets it");
  return JSON.parse(text);
}
