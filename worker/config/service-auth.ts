/**
 * Checks the ways to authenticate: addresses that keys may come from, names that rules can tell apart.
 *
 * @module
 */
import type { Problems } from "../lib/problems.ts";
import { addressProblem } from "../tokens/google/endpoints.ts";
import { pathOf } from "./naming.ts";
import type { AuthConfiguration } from "./service-schema.ts";

/** Notes what is wrong with `auth`. */
export function checkAuth({ access, issuers = [], secrets = [] }: AuthConfiguration, problems: Problems): void {
  if (access === undefined && issuers.length === 0 && secrets.length === 0)
    problems.add("auth", 'Names no way in; add "secrets", "issuers" or "access", or remove it to serve without');
  const hashes = secrets.map(({ sha256 }) => sha256.toLowerCase());
  for (const [index, hash] of hashes.entries()) {
    const first = hashes.indexOf(hash);
    if (first !== index)
      problems.add(
        `${pathOf("auth.secrets", index)}.sha256`,
        `Is the secret of ${pathOf("auth.secrets", first)} again`,
      );
  }
  const names = issuers.map(({ name }) => name);
  for (const [index, { issuer, jwksUri, name }] of issuers.entries()) {
    const at = pathOf("auth.issuers", index);
    if (names.indexOf(name) !== index) problems.add(`${at}.name`, "Is the name of another issuer too");
    checkAddress(issuer, `${at}.issuer`, problems);
    if (jwksUri !== undefined) checkAddress(jwksUri, `${at}.jwksUri`, problems);
  }
  if (access !== undefined) checkAddress(access.certsUrl, "auth.access.certsUrl", problems);
}

function checkAddress(url: string, at: string, problems: Problems): void {
  const problem = addressProblem(url);
  if (problem !== undefined) problems.add(at, problem);
}
