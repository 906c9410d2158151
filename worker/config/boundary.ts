/**
 * Checks a Credential Access Boundary as far as a mistake would open what it shall close; Google judges the rest
 * (https://docs.cloud.google.com/iam/docs/downscoping-short-lived-credentials).
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import { pathOf } from "./naming.ts";

/** Google takes no more. */
const maxRules = 10;

/** Returns the boundary as STS takes it; `undefined` for none (absent, or `{}`). */
export function checkBoundary(given: JsonObject | undefined, at: string, problems: Problems): JsonObject | undefined {
  if (given === undefined || Object.keys(given).length === 0) return undefined;
  const inner = given.accessBoundary ?? given;
  const path = given.accessBoundary === undefined ? at : `${at}.accessBoundary`;
  const rules = isObject(inner) ? inner.accessBoundaryRules : undefined;
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > maxRules) {
    problems.add(`${path}.accessBoundaryRules`, `Must be a list of 1 to ${maxRules} rules`);
    return undefined;
  }
  for (const [index, rule] of rules.entries()) checkRule(rule, pathOf(`${path}.accessBoundaryRules`, index), problems);
  return { accessBoundary: inner };
}

function checkRule(rule: Json, at: string, problems: Problems): void {
  if (!isObject(rule)) {
    problems.add(at, "Must be an object");
    return;
  }
  const { availablePermissions, availableResource } = rule;
  if (typeof availableResource !== "string" || availableResource === "")
    problems.add(`${at}.availableResource`, "Must be a resource's full name");
  const permissions: readonly Json[] = Array.isArray(availablePermissions) ? availablePermissions : [];
  if (permissions.length === 0 || !permissions.every((one) => typeof one === "string" && one !== ""))
    problems.add(`${at}.availablePermissions`, "Must be a list of permissions");
}
