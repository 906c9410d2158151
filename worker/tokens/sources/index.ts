/**
 * The table of credential sources, by the `type` of a credential file or of an inline `source`. A new one is a file of
 * its own and a line here.
 *
 * @module
 */
import { closest } from "fastest-levenshtein";
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import { isObject } from "../../lib/json.ts";
import type { SourceDeps, TokenSource } from "../types.ts";
import { authorizedUser } from "./authorized-user.ts";
import type { SourceModule } from "./define.ts";
import { externalAccount } from "./external-account.ts";
import { externalAccountAuthorizedUser } from "./external-account-authorized-user.ts";
import { file } from "./file.ts";
import { http } from "./http.ts";
import { impersonated, impersonatedServiceAccount } from "./impersonated.ts";
import { local } from "./local.ts";
import { serviceAccount } from "./service-account.ts";
import { fixed } from "./static.ts";

const sources = {
  authorized_user: authorizedUser,
  external_account: externalAccount,
  external_account_authorized_user: externalAccountAuthorizedUser,
  file,
  http,
  impersonated,
  impersonated_service_account: impersonatedServiceAccount,
  local,
  service_account: serviceAccount,
  static: fixed,
} as const;

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
  return build(sources[type as keyof typeof sources] as SourceModule<v.GenericSchema>, config, deps, at);
}

function build(
  source: SourceModule<v.GenericSchema>,
  config: unknown,
  deps: SourceDeps,
  at: string,
): TokenSource | Promise<TokenSource> {
  const checked = v.safeParse(source.schema, config);
  if (checked.success) return source.create(checked.output, deps);
  throw new ConfigurationError(checked.issues.map((issue) => ({ at, message: problemOf(issue) })));
}

/** Words an issue without the value: it may be a secret in the wrong place. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "";
  if (issue.kind === "schema" && issue.expected === "never") return `${path}: unknown field`;
  if (issue.input === undefined) return `${path}: missing`;
  if (issue.kind === "schema" && issue.type !== "union")
    return `${path}: must be ${issue.expected ?? "something else"}`;
  return `${path}: ${issue.message}`;
}
