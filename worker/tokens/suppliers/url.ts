/**
 * Subject token from a URL, e.g. Azure's instance metadata or a CI system's token endpoint. Imitates the URL-sourced
 * credentials of AIP-4117; where the URL may point is decided in `addresses.ts`, the call is `google/call.ts`'s.
 *
 * @module
 */
import * as v from "valibot";
import { callUpstream } from "../google/call.ts";
import { assertTokenAddress, placeOf } from "./addresses.ts";
import { formatSchema, readFormat } from "./format.ts";
import { defineSupplier, failedToken } from "./types.ts";

const schema = v.looseObject({
  url: v.pipe(v.string(), v.nonEmpty()),
  headers: v.optional(v.record(v.string(), v.string())),
  format: v.optional(formatSchema),
});

/** `credential_source.url` without `environment_id`. An answer that holds no token is `garbage`. */
export const urlSupplier = defineSupplier(schema, ({ url, headers = {}, format }, context) => {
  assertTokenAddress(url, context, "url");
  return {
    kind: "url",
    async token(signal) {
      const call = { step: "subject token", method: "GET", url, headers } as const;
      const { text } = await callUpstream(context.platform, call, signal);
      const reading = readFormat(text, format);
      if ("token" in reading) return { value: reading.token };
      throw failedToken("garbage", `Cannot use the answer of "${placeOf(url)}": ${reading.problem}`);
    },
  };
});
