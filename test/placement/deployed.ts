/**
 * What `deploy/` says, read by the YAML parser of the validators.
 *
 * @module
 */
import { execFileSync } from "node:child_process";

/** Where install.sh puts the validators. */
export const validators = ".cache/placement-venv/bin";

const toJson = "import json, sys, yaml; print(json.dumps(next(yaml.safe_load_all(open(sys.argv[1])))))";

/** Returns the first document of a file of `deploy/`. */
export function deployed(file: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(execFileSync(`${validators}/python`, ["-c", toJson, `deploy/${file}`], { encoding: "utf8" }));
}
