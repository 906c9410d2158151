/**
 * Every property is tried on a thousand cases, here and in CI.
 *
 * @module
 */
import fc from "fast-check";

fc.configureGlobal({ numRuns: 1_000 });
