/**
 * Requests with a method that their path does not take: 405, with the methods that it does.
 *
 * @module
 */
import { osLoginEndpoint, osLoginMethods } from "../oslogin/endpoint.ts";
import type { Call } from "./call.ts";
import { controlMethods } from "./handlers/control-routes.ts";
import { isGuestAttribute } from "./handlers/guest-attributes.ts";
import type { Reply } from "./reply.ts";
import type { Style } from "./style.ts";

/** Methods that no path takes. Browsers' preflights end here (interface.md: `OPTIONS` is 405). */
export function methodRefusal(call: Call, style: Style): Reply | undefined {
  return call.method === "OPTIONS" || call.method === "TRACE" ? notAllowed(style, methodsAt(call.path)) : undefined;
}

/** The methods of whatever may be at a path. */
function methodsAt(path: string): readonly string[] {
  if (isGuestAttribute(path)) return ["GET", "HEAD", "PUT", "DELETE"];
  const endpoint = osLoginEndpoint(path);
  return endpoint === undefined ? (controlMethods(path) ?? reading) : osLoginMethods(endpoint);
}

const reading = ["GET", "HEAD"];

/** The refusal of any other method than these. */
export function notAllowed(style: Style, methods: readonly string[] = reading): Reply {
  return style.error(405, "This method is not supported here.", { headers: { Allow: methods.join(", ") } });
}
