/**
 * Where the tokens of the `default` account come from, after flags and variables: static values over impersonation over
 * a base credential (interface.md, "`serve` flags" and "Environment variables"). Sources come out as JSON, unchecked:
 * each source knows its own fields.
 *
 * @module
 */
import type { JsonObject } from "../lib/json.ts";
import { Problems } from "../lib/problems.ts";
import type { Platform } from "../platform.ts";
import { baseCredential, type Credential } from "./base-credential.ts";
import type { Environment, FlagValues } from "./flag-values.ts";
import { EMAIL, fromEnvironment, type Given, given, givenList, matching, VISIBLE } from "./values.ts";

export interface CredentialInputs {
  readonly flags: FlagValues;
  readonly env: Environment;
  readonly platform: Platform;
  /** Source of the configuration's default account. */
  readonly configured?: Credential;
  /** Whether a source of the configuration ends at the local issuer, which must never stand in for a credential. */
  readonly isLocal: (source: JsonObject) => boolean;
  /** Whether flags or configuration have mistakes that a credential may have been lost by. */
  readonly unsure: boolean;
  /** E-mails that `--impersonate` may mean when no flag or variable names one, best first. */
  readonly emails: readonly Given[];
}

/** The `default` account's source; `target` is the e-mail that flags or variables impersonate. */
export interface DefaultCredential extends Credential {
  readonly target?: string;
}

/** Returns the source, or `undefined` when there is no credential at all. What is wrong goes to `problems`. */
export async function defaultCredential(
  inputs: CredentialInputs,
  problems: Problems,
): Promise<DefaultCredential | undefined> {
  const before = problems.count;
  const base = await baseCredential(inputs, problems);
  const unsure = inputs.unsure || (base === undefined && problems.count > before);
  const chained = impersonated(inputs, base, { problems, missing: unsure ? new Problems() : problems });
  return withStaticTokens(inputs, chained ?? base, problems);
}

/** Where mistakes go; what is missing, where that may follow from another mistake, would only hide the cause. */
interface Notes {
  readonly problems: Problems;
  readonly missing: Problems;
}

function impersonated(
  { flags, env, emails, isLocal }: CredentialInputs,
  base: Credential | undefined,
  { problems, missing }: Notes,
): DefaultCredential | undefined {
  const target = targetOf({ flags, env, emails }, missing);
  const delegates = givenList(
    "--delegates",
    flags.delegates,
    { env, names: ["GOOGLE_IMPERSONATE_DELEGATES"] },
    problems,
  );
  if (target === undefined) {
    if (delegates !== undefined && flags.impersonate !== true) {
      missing.add(
        delegates.at,
        "Names a delegation chain, but nothing is impersonated; add --impersonate or GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
      );
    }
    return undefined;
  }
  const serviceAccount = matching(target, EMAIL, "Must be an e-mail address", problems);
  if (base === undefined || isLocal(base.source)) {
    missing.add(
      flags.impersonate === true ? "--impersonate" : target.at,
      "Needs a base credential: name one with --service-account-file or GOOGLE_APPLICATION_CREDENTIALS (gcloud's own file is used only when named)",
    );
    return undefined;
  }
  if (serviceAccount === undefined) return undefined;
  // A file whose URL impersonates the same account needs nobody above it: few accounts may impersonate themselves. With
  // another account in its URL the file is an ordinary base: tokens are always those of the account that was asked for.
  if (delegates === undefined && fileTarget(base.source) === serviceAccount) return { ...base, target: serviceAccount };
  const source = { type: "impersonated", serviceAccount, delegates: delegates?.value ?? [], base: base.source };
  return { source, origin: base.origin, target: serviceAccount };
}

/** Returns who is to be impersonated, if anyone. */
function targetOf(
  { flags, env, emails }: Pick<CredentialInputs, "flags" | "env" | "emails">,
  problems: Problems,
): Given | undefined {
  if (flags.impersonate === false) return undefined;
  const target = fromEnvironment(env, "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT");
  if (flags.impersonate === true) {
    const named = given(
      "--service-account-email",
      flags.serviceAccountEmail,
      env,
      "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
    );
    const found = named ?? fromEnvironment(env, "GOOGLE_ACCOUNT_EMAIL", "GOOGLE_SERVICE_ACCOUNT") ?? emails[0];
    if (found !== undefined && !found.value.includes("$")) return found;
    problems.add("--impersonate", "Needs the e-mail of the account to impersonate: give --service-account-email");
    return undefined;
  }
  // Without --impersonate and --federate the flag's e-mail is only shown.
  if (flags.federate !== true) return target;
  return given("--service-account-email", flags.serviceAccountEmail, env, "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT");
}

/** Returns the account that a credential file impersonates by itself. */
function fileTarget(source: JsonObject): string | undefined {
  const url = source.service_account_impersonation_url;
  const name = typeof url === "string" ? /\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(url)?.[1] : undefined;
  return name?.replace(/%40/i, "@");
}

/** Static tokens win, each on its own; what is not given comes from the credential below, never from the local issuer. */
function withStaticTokens(
  { env, isLocal }: CredentialInputs,
  below: DefaultCredential | undefined,
  problems: Problems,
): DefaultCredential | undefined {
  const token = (name: string): string | undefined =>
    matching(fromEnvironment(env, name), VISIBLE, "Must be a token: visible ASCII characters without blanks", problems);
  const accessToken = token("GOOGLE_ACCESS_TOKEN");
  const idToken = token("GOOGLE_ID_TOKEN");
  if (accessToken === undefined && idToken === undefined) return below;
  const own: JsonObject = {
    type: "static",
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(idToken === undefined ? {} : { idToken }),
  };
  const origin = accessToken === undefined ? "GOOGLE_ID_TOKEN" : "GOOGLE_ACCESS_TOKEN";
  if (below === undefined || isLocal(below.source)) return { source: own, origin };
  return { ...below, origin: `${origin} over ${below.origin}`, source: { ...own, base: below.source } };
}
