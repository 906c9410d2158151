/**
 * `/emulator/v1/metrics`: what was counted, for Prometheus and whoever reads its formats.
 *
 * @module
 */
import type { Metrics } from "../../telemetry/metrics/metrics.ts";
import type { Call } from "../call.ts";
import type { TokenCheck } from "../control-token.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

export interface MetricsHandlerOptions {
  readonly metrics: Metrics | undefined;
  /** Whether everybody may read them. */
  readonly open: boolean;
  readonly check: TokenCheck;
}

/** Builds the handler. */
export function createMetricsHandler(
  style: Style,
  { check, metrics, open }: MetricsHandlerOptions,
): (call: Call) => Promise<Reply> {
  return async (call) => {
    const refusal = open ? undefined : await check(call);
    if (refusal !== undefined) return refusal;
    if (metrics === undefined) return style.notFound(call.target);
    const { contentType, text } = metrics.expose(call.header("accept"));
    return reply(style.server, 200, contentType, text, { headers: { "Cache-Control": "no-store" } });
  };
}
