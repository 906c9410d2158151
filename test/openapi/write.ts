/**
 * Writes `docs/openapi.json` anew, after a change of what it is made from: `node test/openapi/write.ts`.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { openApiDocument } from "./document.ts";

const text = `${JSON.stringify(openApiDocument(), undefined, 2)}\n`;
writeFileSync(new URL("../../docs/openapi.json", import.meta.url), text);
