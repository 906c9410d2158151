/**
 * How much the bench does: all of it, or enough to see that it works.
 *
 * @module
 */
import type { Runtime } from "../harness/runtime-command.ts";
import type { Generator } from "./load.ts";

export interface Plan {
  readonly generator: Generator;
  /** For percentiles: autocannon counts whole milliseconds, and its whole seconds are longer than a key hangs. */
  readonly fine: Generator;
  readonly runtimes: readonly Runtime[];
  /** Interleaved rounds of each comparison. */
  readonly rounds: number;
  /** Length of one run of load: short ones, so that what else the machine does hits both sides of a ratio. */
  readonly seconds: number;
  /** Requests after which memory must be what it was. */
  readonly memoryRequests: number;
  readonly starts: number;
  /** Another server to put beside. */
  readonly against: string | undefined;
  readonly quick: boolean;
  /** Told what goes on. */
  readonly tell: (what: string) => void;
}
