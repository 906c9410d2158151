/**
 * The variables that this project reads under its own prefix, so that a mistyped one does not pass in silence.
 *
 * @module
 */
import type { Log } from "../platform.ts";
import type { Environment } from "./flag-values.ts";
import { suggestion } from "./nearest.ts";

const OURS = [
  "METADATA_CONFIG",
  "METADATA_CONFIG_FILE",
  "METADATA_INSTANCE",
  "METADATA_REQUIRE_AUTH",
  "METADATA_PRESET",
  "METADATA_ALLOWED_HOSTS",
  "METADATA_CONTROL_TOKEN",
  "METADATA_OPEN_METRICS",
  "METADATA_SECRET_PATH",
  "METADATA_ALLOWED_ENDPOINTS",
];

/** Read by Google's clients, of no meaning here. */
const FOREIGN = new Set(["METADATA_SERVER_DETECTION"]);

/** Logs a warning for each `METADATA_*` variable that nothing reads. Its value is not shown. */
export function warnOfUnknownVariables(env: Environment, log: Log): void {
  for (const name of Object.keys(env)) {
    if (!name.startsWith("METADATA_") || FOREIGN.has(name) || OURS.includes(name)) continue;
    log("warn", `Unknown environment variable ${name}${suggestion(name, OURS)}`);
  }
}
