/**
 * The defences of SECURITY.md, how to take each one out, and the test that has to notice: every threat has at least one.
 *
 * @module
 */
import { credentials } from "./defences/credentials.ts";
import { machine } from "./defences/machine.ts";
import { requests } from "./defences/requests.ts";
import { service } from "./defences/service.ts";
import { tokens } from "./defences/tokens.ts";
import type { Mutation } from "./mutation.ts";

/** All of them, each with its threat. */
export const mutations: readonly (Mutation & { readonly threat: string })[] = Object.entries({
  ...requests,
  ...credentials,
  ...tokens,
  ...machine,
  ...service,
}).flatMap(([threat, taken]) => taken.map((mutation) => ({ threat, ...mutation })));
