/**
 * Around every request: its id, its time, and whoever wants to know of it: metrics, and the log's `debug` lines. Nothing
 * of it is done where nobody does.
 *
 * @module
 */
import type { Counted } from "../inspector/traffic.ts";
import { whenReady } from "../lib/ready.ts";
import type { Log, LogFields } from "../platform.ts";
import type { Metrics } from "../telemetry/metrics/metrics.ts";
import { type RequestIds, requestIdField, requestIdHeader } from "../telemetry/request-id.ts";
import type { Call } from "./call.ts";
import type { Answer, Reply } from "./reply.ts";

type Route = (call: Call) => Answer;

export interface MeasureOptions {
  readonly metrics: Metrics | undefined;
  /** Told of every request but those below `/emulator/`. */
  readonly traffic: { request(counted: Counted): void } | undefined;
  /** Where `debug` lines go; absent when the log shows none. */
  readonly debug: Log | undefined;
  readonly ids: RequestIds;
  /** Milliseconds with fractions, from any origin. */
  readonly precise: () => number;
}

/** Wraps `route`; what it rejects with passes through unseen. */
export function measured(route: Route, { debug, ids, metrics, precise, traffic }: MeasureOptions): Route {
  if (metrics === undefined && debug === undefined && traffic === undefined)
    return (call) => answered(call, route, ids);
  return (call) => {
    const started = precise();
    return whenReady(answered(call, route, ids), (answer) => {
      const ms = precise() - started;
      const { method, path, trace } = call;
      metrics?.request(
        { method, path, status: answer.status, ms, cache: trace.cache, fault: answer.fault !== undefined },
        trace.waited,
      );
      if (!path.startsWith("/emulator/"))
        traffic?.request({ status: answer.status, ms, cache: trace.cache, waited: trace.waited });
      debug?.("debug", `${method} ${path}`, fieldsOf(call, answer, ms, ids));
      return answer;
    });
  };
}

/** The answer carries an id only where the request asks for it: the real server sends none. */
function answered(call: Call, route: Route, ids: RequestIds): Answer {
  if (call.header(requestIdField) === null) return route(call);
  const id = ids.of(call);
  return whenReady(route(call), ({ headers, ...rest }) => ({
    ...rest,
    headers: { ...headers, [requestIdHeader]: id },
  }));
}

/** Every decision that was taken on the way: whose token, for what, and how it came. */
function fieldsOf(call: Call, { status }: Reply, ms: number, ids: RequestIds): LogFields {
  const { account, audience, cache, scopes, waited } = call.trace;
  return {
    status,
    ms: Math.round(ms * 100) / 100,
    ...(account === undefined ? {} : { account }),
    ...(scopes === undefined ? {} : { scopes: scopes.join(" ") }),
    ...(audience === undefined ? {} : { audience }),
    ...(cache === undefined ? {} : { cache }),
    ...(waited ? { waited } : {}),
    client: call.client,
    request: ids.of(call),
  };
}
