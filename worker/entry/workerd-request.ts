/**
 * Requests on their way from the worker to an object.
 *
 * @module
 */
import { isHost } from "../http/call.ts";
import { callFrom } from "../http/request-call.ts";

/** workerd makes the URL of a request from its `Host`, and hands none on whose URL it cannot read. */
export function forwardable(request: Request): Request {
  const host = request.headers.get("host");
  return host === null || isHost(host) ? request : new Request(callFrom(request).url, request);
}
