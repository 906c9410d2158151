/**
 * Subject token from a file, e.g. a Kubernetes projected token. The file is read at every call, since whoever projects
 * it replaces it. Imitates the file-sourced credentials of AIP-4117.
 *
 * @module
 */
import * as v from "valibot";
import { formatSchema, readFormat } from "./format.ts";
import { defineSupplier, failedToken, readSourceFile, unusableSource } from "./types.ts";

const schema = v.looseObject({
  file: v.pipe(v.string(), v.nonEmpty()),
  format: v.optional(formatSchema),
});

/** `credential_source.file`. Whatever is wrong with the file is `unavailable`: it may be in the middle of a change. */
export const fileSupplier = defineSupplier(schema, ({ file, format }, context) => {
  const { readTextFile, runtime } = context.platform;
  if (readTextFile === undefined) {
    throw unusableSource(context, `Cannot use a file credential source on ${runtime}: this runtime reads no files`);
  }
  return {
    kind: "file",
    async token(signal) {
      const text = await readSourceFile(readTextFile, file, "subject token file", signal);
      const reading = readFormat(text, format);
      if ("token" in reading) return { value: reading.token };
      throw failedToken("unavailable", `Cannot use subject token file "${file}": ${reading.problem}`);
    },
  };
});
