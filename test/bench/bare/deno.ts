/**
 * The least that a server on Deno can be.
 *
 * @module
 */
import process from "node:process";
import { bareReply, Held, holds } from "./reply.ts";

const { body, headers, status } = bareReply();
const held = new Held<Response>();
const answer = () => new Response(body, { status, headers });

function hold(request: Request): Response | Promise<Response> {
  if (!request.url.endsWith("/release")) return held.wait();
  held.release(answer);
  return answer();
}

const { addr } = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => undefined }, holds ? hold : answer);
process.stdout.write(`http://127.0.0.1:${addr.port}\n`);
