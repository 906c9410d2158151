/**
 * What the machine says of itself in ID tokens with `format=full` (mds-behaviour.md 6.2), read from its metadata.
 *
 * @module
 */
import { isObject, type Json } from "../lib/json.ts";
import { valueAt } from "../metadata/document.ts";
import type { Snapshot } from "../metadata/snapshot.ts";
import type { InstanceClaims } from "../tokens/types.ts";

/** Reads the claims. `creationTimestamp`: seconds since the epoch, when this server began. */
export function claimsOf({ document }: Snapshot, creationTimestamp: number): InstanceClaims {
  const text = (...path: string[]) => toText(valueAt(document, path));
  const zone = text("instance", "zone");
  const licenses = valueAt(document, ["instance", "licenses"]);
  return {
    instanceId: text("instance", "id"),
    instanceName: text("instance", "name"),
    projectId: text("project", "project-id"),
    projectNumber: Number(text("project", "numeric-project-id")),
    zone: zone.slice(zone.lastIndexOf("/") + 1),
    creationTimestamp,
    licenseIds: Array.isArray(licenses)
      ? (licenses as readonly Json[]).map((license) => (isObject(license) ? toText(license.id) : ""))
      : [],
  };
}

function toText(value: Json | undefined): string {
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
}
