/**
 * Node: the core on `node:http` without a Fetch adapter in between, which would lower-case header names and chunk short
 * bodies (clients.md 1.1).
 *
 * @module
 */
import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, ListenOptions, Socket } from "node:net";
import process from "node:process";
import { pipeline, Readable } from "node:stream";
import { type Reply, reasons } from "../../http/reply.ts";
import type { ClientCertificate } from "../../platform.ts";
import { failedReply, malformedReply } from "./failed.ts";
import { callOf } from "./node-call.ts";
import type { Address, Listening, Runtime, Served } from "./types.ts";

/** A client that dribbles its request is cut off after this time; a waiting one is not. */
const requestTimeoutMs = 30_000;
const keepAliveMs = 75_000;

/** Connections beyond this many are closed at once: as many as may wait for a change or a token (SECURITY.md). */
export const maxConnections = 20_000;

export const node = createNode(maxConnections);

/** Node, taking `most` connections at a time. */
export function createNode(most: number): Runtime {
  return {
    name: "node",
    listen: (emulator, address) => listen(emulator, address, most),
    listenOn: (emulator, descriptor) => listenOn(emulator, descriptor, most),
    fetchWithCertificate,
  };
}

async function listen(emulator: Served, address: Address, most: number): Promise<Listening> {
  const server = await open(emulator, "unixSocket" in address ? { path: address.unixSocket } : address, most);
  return { port: portOf(server.address()), stop: () => stop(server) };
}

async function listenOn(emulator: Served, descriptor: number, most: number): Promise<Listening & { address: Address }> {
  const server = await open(emulator, { fd: descriptor }, most);
  const bound = server.address();
  const port = portOf(bound);
  // Node does not tell the path of a Unix socket that it has not made.
  const where = typeof bound === "object" && bound !== null ? bound.address : `descriptor ${descriptor}`;
  const address = port === undefined ? { unixSocket: where } : { host: where, port };
  return { address, port, stop: () => stop(server) };
}

function portOf(bound: AddressInfo | string | null): number | undefined {
  return typeof bound === "object" ? bound?.port : undefined;
}

async function open(emulator: Served, where: ListenOptions | { readonly fd: number }, most: number): Promise<Server> {
  const { createServer } = await http();
  const server = createServer({
    // The guard judges Host itself, so that its refusal looks like every other answer.
    requireHostHeader: false,
    // A token that is far too long is refused like any other wrong one.
    maxHeaderSize: 64 * 1024,
    headersTimeout: 15_000,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: 5_000,
  });
  server.maxConnections = most;
  server.on("request", (request, response) => answer(emulator, request, response));
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => refuse(emulator, error, socket));
  server.listen(where);
  await once(server, "listening");
  return server;
}

/** Importing `node:http` reads its every export and so loads Node's whole fetch: a third of a start, and 10 MiB. */
async function http(): Promise<typeof import("node:http")> {
  return process.getBuiltinModule?.("node:http") ?? (await import("node:http"));
}

function answer(emulator: Served, request: IncomingMessage, response: ServerResponse): void {
  const { method = "GET" } = request;
  const fail = (): void => {
    if (!response.headersSent) send(failedReply(emulator), method, response);
  };
  try {
    const call = callOf(request, response);
    const made = call === undefined ? malformedReply(emulator) : emulator.handle(call);
    if (made instanceof Promise) made.then((reply) => send(reply, method, response)).catch(fail);
    else send(made, method, response);
  } catch {
    fail();
  }
}

function send(reply: Reply, method: string, response: ServerResponse): void {
  if (reply.broken === "drop") {
    response.socket?.destroy();
    return;
  }
  response.writeHead(reply.status, reasons[reply.status], reply.headers as Record<string, string>);
  if (method === "HEAD") response.end();
  else if (reply.stream !== undefined) pipe(reply.stream, response);
  else if (reply.broken === "truncate") truncate(reply.body, response);
  else response.end(reply.body);
}

/** A client that goes away ends the stream, and the end of the stream the connection: nothing else comes on it. */
function pipe(stream: ReadableStream<Uint8Array>, response: ServerResponse): void {
  const { socket } = response;
  response.flushHeaders();
  const body = Readable.fromWeb(stream as import("node:stream/web").ReadableStream);
  pipeline(body, response, () => socket?.end());
}

/** Half of the body, and the end of the connection. */
function truncate(body: string | Uint8Array, response: ServerResponse): void {
  const bytes = Buffer.from(body);
  const end = () => void response.socket?.destroy();
  response.flushHeaders();
  if (bytes.length === 0) end();
  else response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), end);
}

/** Bytes that are no HTTP request never reach the core. */
function refuse(emulator: Served, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const { body, headers } = malformedReply(emulator);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join("")}Date: ${new Date().toUTCString()}\r\n\r\n${body}`);
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  await closed;
}

/** A call with a client certificate, for STS over mTLS. */
async function fetchWithCertificate(
  url: string,
  init: RequestInit,
  { certificate, privateKey }: ClientCertificate,
): Promise<Response> {
  const https = await import("node:https");
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    const options = {
      method: init.method ?? "GET",
      headers,
      cert: certificate,
      key: privateKey,
      ...(init.signal ? { signal: init.signal } : {}),
    };
    const request = https.request(url, options, (answer) => {
      const body = Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>;
      const fields = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
      resolve(new Response(body, { status: answer.statusCode ?? 502, headers: fields }));
    });
    request.on("error", reject);
    request.end(init.body as string | undefined);
  });
}
