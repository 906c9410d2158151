/**
 * Writes `config.schema.json` anew, after a change of `worker/config/schema.ts`: `node test/unit/config/write-schema.ts`.
 * With `--check` it only says whether the file is up to date.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import { configurationJsonSchema } from "../../../worker/config/json-schema.ts";

const file = new URL("../../../config.schema.json", import.meta.url);
const text = `${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`;

if (!process.argv.includes("--check")) await writeFile(file, text);
else if ((await readFile(file, "utf8")) !== text) {
  process.stderr.write("config.schema.json is stale: run node test/unit/config/write-schema.ts\n");
  process.exitCode = 1;
}
