/**
 * The least that a server on Node can be.
 *
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { bareReply, Held, holds } from "./reply.ts";

const { body, headers, status } = bareReply();
const held = new Held<undefined>();

const server = createServer(async (request, response) => {
  if (holds) {
    if (request.url === "/release") held.release(() => undefined);
    else await held.wait();
  }
  response.writeHead(status, headers);
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
