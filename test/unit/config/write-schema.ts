/**
 * Writes `config.schema.json` anew, after a change of `worker/config/schema.ts`: `node test/unit/config/write-schema.ts`.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { configurationJsonSchema } from "../../../worker/config/json-schema.ts";

const text = `${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`;
await writeFile(new URL("../../../config.schema.json", import.meta.url), text);
