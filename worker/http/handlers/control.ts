/**
 * The control API (interface.md): a thin view of `Control`, closed without its token.
 *
 * @module
 */
import type { Control } from "../../control/control.ts";
import { ConfigurationError, messageOf } from "../../lib/errors.ts";
import { type Json, parseJson, stringifyJson } from "../../lib/json.ts";
import { fromSegment } from "../../metadata/names.ts";
import { ShapeError } from "../../metadata/tree.ts";
import { BodyRefused } from "../body.ts";
import type { Call } from "../call.ts";
import type { TokenCheck } from "../control-token.ts";
import { refusal, standing } from "../refusal.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";
import { type ControlName, controlRouteAt } from "./control-routes.ts";

export const maxBody = 1024 * 1024;

/** A body that is not JSON. */
class BadBody extends Error {
  override readonly name = "BadBody";
}

type Handler = (call: Call, control: Control, style: Style) => Reply | Promise<Reply>;

const handlers: Readonly<Record<ControlName, Handler>> = { metadata, events, faults, requests };

/**
 * Builds the handler of the control routes; it returns nothing for any other path. `control` is only asked for once
 * `check` has found no fault with the caller.
 */
export function createControlHandler(
  control: () => Promise<Control>,
  style: Style,
  check: TokenCheck,
): (call: Call) => Promise<Reply | undefined> {
  return async (call) => {
    const route = controlRouteAt(call.path);
    if (route === undefined) return undefined;
    const refused = await check(call);
    if (refused !== undefined) return refused;
    if (!route.methods.includes(call.method)) return notAllowed(style, route.methods.join(", "));
    try {
      return await handlers[route.name](call, await control(), style);
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined) throw error;
      return refusal(style, status, messageOf(error));
    }
  };
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof BodyRefused) return error.status;
  const mistake = error instanceof ShapeError || error instanceof ConfigurationError || error instanceof BadBody;
  return mistake ? 400 : undefined;
}

async function metadata(call: Call, control: Control, style: Style): Promise<Reply> {
  const path = call.path
    .replace(/^\/emulator\/v1\/metadata\/*|\/+$/g, "")
    .split("/")
    .map(fromSegment)
    .join("/");
  switch (call.method) {
    case "GET":
    case "HEAD": {
      const value = control.get(path);
      return value === undefined ? nothingAt(path, style) : json(style, stringifyJson(value));
    }
    case "PUT":
      await control.set(path, await bodyOf(call));
      return empty(style);
    case "PATCH":
      await control.patch(path, await bodyOf(call));
      return empty(style);
    default:
      return (await control.delete(path)) ? empty(style) : nothingAt(path, style);
  }
}

const nothingAt = (path: string, style: Style) => refusal(style, 404, `There is nothing at "${path}"`);

async function events(call: Call, control: Control, style: Style): Promise<Reply> {
  await control.event(await bodyOf(call));
  return empty(style);
}

async function faults(call: Call, control: Control, style: Style): Promise<Reply> {
  if (call.method === "GET" || call.method === "HEAD") return json(style, JSON.stringify(control.faults()));
  if (call.method === "DELETE") control.clearFaults();
  else if (call.method === "PUT") control.setFaults(await bodyOf(call));
  else control.fault(await bodyOf(call));
  return empty(style);
}

function requests(call: Call, control: Control, style: Style): Reply {
  if (call.method === "GET" || call.method === "HEAD") return json(style, JSON.stringify(control.requests()));
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

function json(style: Style, text: string): Reply {
  return reply(style.server, 200, "application/json", text, { headers: standing });
}

function empty(style: Style): Reply {
  const { "Content-Length": _, "Content-Type": __, ...headers } = reply(style.server, 204, "", "").headers;
  return { status: 204, headers: { ...headers, ...standing }, body: "" };
}

function notAllowed(style: Style, methods: string): Reply {
  return refusal(style, 405, `This path takes ${methods}`, { Allow: methods });
}
