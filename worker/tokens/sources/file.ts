/**
 * A credential file named in the configuration (`{"type":"file","path":…}`).
 *
 * @module
 */
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import { readCredentialFile } from "../credential-file.ts";
import { defineSource } from "./define.ts";

export const file = defineSource({
  schema: v.strictObject({ type: v.literal("file"), path: v.string() }),
  async create({ path }, deps) {
    const result = await readCredentialFile(path, deps.platform);
    if ("problem" in result) throw new ConfigurationError([{ at: deps.origin, message: result.problem }]);
    return deps.create(result.credential, `credential file "${path}"`);
  },
});
