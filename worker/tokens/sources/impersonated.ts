/**
 * The two configurations of impersonation: Google's file `impersonated_service_account`, and the project's own
 * `{"type":"impersonated"}` (flags and configuration lead to it).
 *
 * @module
 */
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import { gather } from "../../lib/problems.ts";
import { applyOverride, assertEndpoint } from "../google/endpoints.ts";
import type { SourceDeps } from "../types.ts";
import { defineSource } from "./define.ts";
import { accountUrl, impersonate, maxLifetime, splitImpersonationUrl } from "./impersonation.ts";

/** An account by e-mail or, as Google allows too, by its number; bare or as a full name. */
const delegate = v.pipe(
  v.string(),
  v.regex(
    /^(?:projects\/[^/\s]+\/serviceAccounts\/)?(?:[^/@\s]+@[^/@\s]+|\d+)$/,
    "must be an e-mail address or projects/-/serviceAccounts/EMAIL",
  ),
);

/** Google's file. */
export const impersonatedServiceAccount = defineSource({
  schema: v.looseObject({
    type: v.literal("impersonated_service_account"),
    service_account_impersonation_url: v.string(),
    source_credentials: v.record(v.string(), v.unknown()),
    delegates: v.optional(v.array(delegate)),
    quota_project_id: v.optional(v.string()),
  }),
  base: "source_credentials",
  async create(config, deps) {
    const [parts, base] = await gather(
      () => partsOf(config.service_account_impersonation_url, deps),
      () => deps.create(config.source_credentials, `${deps.origin}, source_credentials`),
    );
    const source = impersonate({ ...parts, base, delegates: config.delegates ?? [] }, deps);
    // The file's own project bills what its tokens are used for; the call that buys them is the base's.
    return config.quota_project_id === undefined ? source : { ...source, quotaProject: config.quota_project_id };
  },
});

function partsOf(
  url: string,
  { endpoints, origin, platform }: SourceDeps,
): NonNullable<ReturnType<typeof splitImpersonationUrl>> {
  assertEndpoint(url, origin, "service_account_impersonation_url", platform.env);
  const parts = splitImpersonationUrl(applyOverride(url, "iamCredentials", endpoints));
  if (parts !== undefined) return parts;
  const message = "service_account_impersonation_url: must end in /serviceAccounts/EMAIL:generateAccessToken";
  throw new ConfigurationError([{ at: `Cannot use ${origin}`, message }]);
}

/** The project's own form. `base`: another account's name, or a source. */
export const impersonated = defineSource({
  schema: v.strictObject({
    type: v.literal("impersonated"),
    serviceAccount: v.pipe(v.string(), v.includes("@", "must be an e-mail address")),
    delegates: v.optional(v.array(delegate)),
    lifetime: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxLifetime, `must be at most ${maxLifetime} seconds`)),
    ),
    base: v.union([v.string(), v.record(v.string(), v.unknown())], "must be the name of another account or a source"),
  }),
  base: "base",
  async create({ base, delegates = [], lifetime, serviceAccount }, deps) {
    const source = await deps.create(
      base,
      typeof base === "string" ? `accounts.${base}.source` : `${deps.origin}, base`,
    );
    const url = accountUrl(serviceAccount, source.universeDomain, deps);
    return impersonate({ accountUrl: url, target: serviceAccount, base: source, delegates, lifetime }, deps);
  },
});
