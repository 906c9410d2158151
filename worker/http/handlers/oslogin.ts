/**
 * `oslogin/…`: the query endpoints beside the tree. Switched on by the attribute `enable-oslogin`; without it every one
 * of them is 404, which guest-oslogin reads as "OS Login is off" (mds-behaviour.md 9).
 *
 * @module
 */
import type { Instance } from "../../instance/instance.ts";
import { type Json, parseJson, stringifyJson } from "../../lib/json.ts";
import { isTrue } from "../../metadata/snapshot.ts";
import { Directory } from "../../oslogin/directory.ts";
import { osLoginMethods } from "../../oslogin/endpoint.ts";
import type { OsLoginSettings } from "../../oslogin/schema.ts";
import { Sessions } from "../../oslogin/sessions.ts";
import type { Call } from "../call.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

const maxBody = 64 * 1024;

/** Builds the handler; `settings` is read at each request. */
export function createOsLogin(
  instance: Instance,
  style: Style,
  settings: () => OsLoginSettings,
): (call: Call, endpoint: string) => Promise<Reply> {
  let seen: OsLoginSettings | undefined;
  let directory = new Directory({});
  let sessions = new Sessions(directory);

  return async (call, endpoint) => {
    if (seen !== settings()) {
      seen = settings();
      directory = new Directory(seen);
      sessions = new Sessions(directory);
    }
    if (!isTrue(instance.snapshot().attribute("enable-oslogin"))) return style.notFound(call.target);
    const methods = osLoginMethods(endpoint);
    if (!methods.includes(call.method))
      return style.error(405, `OS Login takes ${methods[0]} here.`, { headers: { Allow: methods.join(", ") } });
    return call.method === "POST" ? authenticate(call, endpoint) : query(call, endpoint);
  };

  function query(call: Call, endpoint: string): Reply {
    const parameters = new URLSearchParams(call.search);
    if (endpoint === "certificates") return json(directory.certificates());
    if (endpoint === "users") return json(directory.users(parameters)) ?? style.notFound(call.target);
    if (endpoint === "groups") return json(directory.groups(parameters)) ?? style.notFound(call.target);
    return (
      json(directory.authorize(parameters)) ??
      style.error(400, "Invalid Request: authorize needs email and policy (login or adminLogin).")
    );
  }

  async function authenticate(call: Call, endpoint: string): Promise<Reply> {
    const body = await bodyOf(call);
    const id = /^authenticate\/sessions\/([^/]+)\/continue$/.exec(endpoint)?.[1];
    const answer =
      body === undefined ? undefined : id === undefined ? sessions.start(body) : sessions.proceed(id, body);
    return json(answer) ?? style.error(400, "Invalid Request: this is no OS Login session request.");
  }

  function json(value: Json): Reply;
  function json(value: Json | undefined): Reply | undefined;
  function json(value: Json | undefined): Reply | undefined {
    return value === undefined ? undefined : reply(style.server, 200, "application/json", stringifyJson(value));
  }
}

async function bodyOf(call: Call): Promise<Json | undefined> {
  try {
    return parseJson(new TextDecoder().decode(await call.body(maxBody)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
