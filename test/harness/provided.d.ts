/**
 * What the vitest configuration provides to the served tests.
 *
 * @module
 */
import type { Runtime } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The runtime of this project: `served:node` provides `node`, and so on. */
    runtime: Runtime;
  }
}
