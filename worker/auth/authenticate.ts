/**
 * Who sends a request: the one question that a service asks before everything else. Every credential that is presented
 * must be good; a bad one is not outweighed by another.
 *
 * @module
 */
import type { AuthConfiguration } from "../config/service-schema.ts";
import type { Platform } from "../platform.ts";
import { accessHeader, createAccess } from "./access.ts";
import { type Identity, Unauthenticated } from "./identity.ts";
import { createIssuers } from "./oidc.ts";
import { createSecrets, minSecretLength } from "./secrets.ts";

/** Longest credential that is looked at; tokens of identity providers have one or two kilobytes. */
const maxLength = 16 * 1024;

/** The part of a request that is read. */
export interface Presented {
  header(name: string): string | null;
}

/** Returns the identities that a request shows, at least one. Rejects with `Unauthenticated`. */
export type Authenticate = (request: Presented) => Promise<readonly Identity[]>;

/** Builds the check. Fetches nothing until a token is presented. */
export function createAuthenticator(auth: AuthConfiguration, platform: Platform): Authenticate {
  const secrets = createSecrets(auth.secrets ?? []);
  const issuers = createIssuers(auth.issuers ?? [], platform);
  const access = auth.access === undefined ? undefined : createAccess(auth.access, platform);

  const bearer = async (presented: string): Promise<Identity> => {
    const known = await secrets(presented);
    if (known !== undefined) return known;
    if (presented.includes(".")) return issuers(presented);
    const short = presented.length < minSecretLength ? ` (secrets have at least ${minSecretLength} characters)` : "";
    throw new Unauthenticated(`unknown secret${short}`);
  };

  return async (request) => {
    const identities: Identity[] = [];
    const authorization = request.header("authorization");
    if (authorization !== null) identities.push(await bearer(bearerOf(authorization)));
    const assertion = access === undefined ? null : request.header(accessHeader);
    if (access !== undefined && assertion !== null) identities.push(await access(bounded(assertion)));
    if (identities.length === 0) throw new Unauthenticated("no credential");
    return identities;
  };
}

function bearerOf(authorization: string): string {
  const [, presented] = /^Bearer +(\S+) *$/i.exec(bounded(authorization)) ?? [];
  if (presented === undefined) throw new Unauthenticated("the Authorization header is not of the form Bearer");
  return presented;
}

function bounded(text: string): string {
  if (text.length > maxLength) throw new Unauthenticated(`the credential is longer than ${maxLength} characters`);
  return text;
}
