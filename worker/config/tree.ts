/**
 * The tree of the configuration, with what flags and variables say of the instance.
 *
 * @module
 */
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Problems } from "../lib/problems.ts";
import type { ConfigurationDocument } from "./document.ts";
import type { Identity } from "./layers.ts";
import { checkMetadata, mapServiceAccounts, memberOf, numberOf, withInstance } from "./metadata.ts";
import { pathOf } from "./naming.ts";
import { PROJECT_PLACEHOLDER } from "./placeholder.ts";
import { checkServiceAccounts } from "./service-accounts.ts";
import { DIGITS } from "./values.ts";

/** Returns the checked tree, with what flags and variables say of the instance. */
export function readTree(
  { configuration, metadataAt }: ConfigurationDocument,
  identity: Identity,
  problems: Problems,
): JsonObject {
  const checked = checkMetadata(configuration.metadata ?? {}, metadataAt, problems);
  const projectId = identity.projectId ?? projectOf(checked);
  const instanceAt = pathOf(metadataAt, "instance");
  const tree = mapServiceAccounts(checked, (accounts, key) =>
    checkServiceAccounts(accounts, { at: pathOf(instanceAt, key), projectId }, problems),
  );
  return withInstance(tree, instanceValues(tree, identity));
}

function instanceValues(tree: JsonObject, { zone, instanceId, instanceName, numericProjectId }: Identity): JsonObject {
  const project = isObject(tree.project) ? tree.project : undefined;
  const number = numericProjectId ?? memberOf(project, "numericProjectId");
  const values: { [key: string]: Json } = {};
  if (instanceId !== undefined) values.id = DIGITS.test(instanceId) ? numberOf(instanceId) : instanceId;
  if (instanceName !== undefined) values.name = instanceName;
  // The tree has zones in full; where the number is a default, the tree's own defaults complete a bare one.
  if (zone !== undefined)
    values.zone = zone.includes("/") || number === undefined ? zone : `projects/${String(number)}/zones/${zone}`;
  return values;
}

function projectOf(tree: JsonObject): string | undefined {
  const id = memberOf(isObject(tree.project) ? tree.project : undefined, "projectId");
  return typeof id === "string" && id !== "" && id !== PROJECT_PLACEHOLDER ? id : undefined;
}
