/**
 * The control API (interface.md): a thin view of `Control`, closed without its token.
 *
 * @module
 */
import { type Control, EventError } from "../../control/control.ts";
import { ConfigurationError } from "../../lib/errors.ts";
import { isObject, type Json, parseJson, stringifyJson } from "../../lib/json.ts";
import { fromSegment } from "../../metadata/names.ts";
import { ShapeError } from "../../metadata/tree.ts";
import { BodyTooLarge, type Call } from "../call.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

const base = "/emulator/v1/";
const maxBody = 1024 * 1024;

/** A body that is not JSON, or not of the kind that the call takes. */
class BadBody extends Error {
  override readonly name = "BadBody";
}

/** Whether a path belongs to the control API. */
export function isControl(path: string): boolean {
  return /^\/emulator\/v1\/(?:metadata(?:\/|$)|(?:events|faults|requests)$)/.test(path);
}

/** Builds the handler. Without a token every call is 404. */
export function createControlHandler(control: Control, style: Style, token: string | undefined): (call: Call) => Promise<Reply> {
  const wanted = token === undefined ? undefined : digest(token);
  return async (call) => {
    if (wanted === undefined) return style.notFound(call.target);
    if (!(await isAuthorized(call, await wanted))) {
      return json(style, 401, { error: "The control API needs the header Authorization: Bearer TOKEN" }, { "WWW-Authenticate": "Bearer" });
    }
    try {
      return await route(call, control, style);
    } catch (error) {
      const status = error instanceof BodyTooLarge ? 413 : isMistake(error) ? 400 : undefined;
      if (status === undefined) throw error;
      return json(style, status, { error: (error as Error).message });
    }
  };
}

function isMistake(error: unknown): boolean {
  return error instanceof ShapeError || error instanceof EventError || error instanceof ConfigurationError || error instanceof BadBody;
}

async function isAuthorized(call: Call, wanted: Uint8Array): Promise<boolean> {
  const given = /^Bearer +(\S+)$/i.exec(call.header("authorization") ?? "")?.[1];
  if (given === undefined) return false;
  // Digests are compared whole, so that the time taken tells nothing of the token.
  const bytes = await digest(given);
  return bytes.reduce((difference, byte, i) => difference | (byte ^ (wanted[i] ?? 0)), 0) === 0;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function route(call: Call, control: Control, style: Style): Promise<Reply> {
  const [kind = ""] = call.path.slice(base.length).split("/");
  const handlers: Readonly<Record<string, (call: Call, control: Control, style: Style) => Promise<Reply>>> = { metadata, events, faults, requests };
  const handler = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
  return handler === undefined ? Promise.resolve(style.notFound(call.target)) : handler(call, control, style);
}

async function metadata(call: Call, control: Control, style: Style): Promise<Reply> {
  const path = call.path.slice(`${base}metadata`.length).replace(/^\/+|\/+$/g, "").split("/").map(fromSegment).join("/");
  switch (call.method) {
    case "GET":
    case "HEAD": {
      const value = control.get(path);
      return value === undefined ? json(style, 404, { error: `There is nothing at "${path}"` }) : json(style, 200, value);
    }
    case "PUT":
      await control.set(path, await bodyOf(call));
      return empty(style);
    case "PATCH":
      await control.patch(path, await bodyOf(call));
      return empty(style);
    case "DELETE":
      return (await control.delete(path)) ? empty(style) : json(style, 404, { error: `There is nothing at "${path}"` });
    default:
      return notAllowed(style, "GET, HEAD, PUT, PATCH, DELETE");
  }
}

async function events(call: Call, control: Control, style: Style): Promise<Reply> {
  if (call.method !== "POST") return notAllowed(style, "POST");
  const event = await bodyOf(call);
  if (!isObject(event)) throw new BadBody('The body must be a JSON object with "type"');
  await control.event(event);
  return empty(style);
}

async function faults(call: Call, control: Control, style: Style): Promise<Reply> {
  if (call.method === "GET" || call.method === "HEAD") return json(style, 200, { faults: control.faults() });
  if (call.method === "DELETE") control.clearFaults();
  else if (call.method === "PUT") control.setFaults(await bodyOf(call));
  else return notAllowed(style, "GET, HEAD, PUT, DELETE");
  return empty(style);
}

async function requests(call: Call, control: Control, style: Style): Promise<Reply> {
  if (call.method === "GET" || call.method === "HEAD") return json(style, 200, { requests: control.requests() as unknown as Json });
  if (call.method !== "DELETE") return notAllowed(style, "GET, HEAD, DELETE");
  control.clearRequests();
  return empty(style);
}

async function bodyOf(call: Call): Promise<Json> {
  const bytes = await call.body(maxBody);
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new BadBody(`The body is ${error instanceof SyntaxError ? error.message : "not valid JSON"}`);
  }
}

function json(style: Style, status: number, value: Json, headers: Readonly<Record<string, string>> = {}): Reply {
  return reply(style.server, status, "application/json", stringifyJson(value), { headers: { "Cache-Control": "no-store", ...headers } });
}

function empty(style: Style): Reply {
  return reply(style.server, 204, "application/json", "", { headers: { "Cache-Control": "no-store" } });
}

function notAllowed(style: Style, methods: string): Reply {
  return json(style, 405, { error: `This path takes ${methods}` }, { Allow: methods });
}
