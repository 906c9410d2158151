/**
 * What a relay is told.
 *
 * @module
 */

export interface RelayOptions {
  /** Base URL of the service. */
  readonly to: string;
  /** The credential as it is now, or why there is none. */
  readonly credential: () => Promise<string>;
  /** Host names that the workload may use beside the standing ones. */
  readonly allowedHosts?: readonly string[];
}
