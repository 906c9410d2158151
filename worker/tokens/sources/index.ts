/**
 * The table of credential sources, by the `type` of a credential file or of an inline `source`. A new one is a file of
 * its own and a line here. Only what a configuration names is ever loaded.
 *
 * @module
 */
import { closest } from "fastest-levenshtein";
import { ConfigurationError } from "../../lib/errors.ts";
import { isObject } from "../../lib/json.ts";
import type { SourceDeps, TokenSource } from "../types.ts";
import type { SourceModule } from "./define.ts";

const sources = {
  authorized_user: async () => (await import("./authorized-user.ts")).authorizedUser,
  external_account: async () => (await import("./external-account.ts")).externalAccount,
  external_account_authorized_user: async () =>
    (await import("./external-account-authorized-user.ts")).externalAccountAuthorizedUser,
  file: async () => (await import("./file.ts")).file,
  http: async () => (await import("./http.ts")).http,
  impersonated: async () => (await import("./impersonated.ts")).impersonated,
  impersonated_service_account: async () => (await import("./impersonated.ts")).impersonatedServiceAccount,
  local: async () => (await import("./local.ts")).local,
  service_account: async () => (await import("./service-account.ts")).serviceAccount,
  static: async () => (await import("./static.ts")).fixed,
} as const satisfies Readonly<Record<string, () => Promise<SourceModule>>>;

/** Every `type` that `createSource` knows. */
export const sourceTypes: readonly string[] = Object.keys(sources);

/** Builds the source of a configuration. Throws a `ConfigurationError` that names its origin and every wrong field. */
export async function createSource(config: unknown, deps: SourceDeps): Promise<TokenSource> {
  const at = `Cannot use ${deps.origin}`;
  if (!isObject(config)) throw new ConfigurationError([{ at, message: "it is not a JSON object" }]);
  const { type } = config;
  if (typeof type !== "string")
    throw new ConfigurationError([{ at, message: `type: missing; it is one of ${sourceTypes.join(", ")}` }]);
  if (!Object.hasOwn(sources, type)) {
    throw new ConfigurationError([
      {
        at,
        message: `type: unknown credential type "${type.slice(0, 60)}", did you mean "${closest(type, [...sourceTypes])}"?`,
      },
    ]);
  }
  const source = await sources[type as keyof typeof sources]();
  return source.build(config, deps);
}
