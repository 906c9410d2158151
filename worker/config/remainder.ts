/**
 * What is left of a configuration with mistakes: everything that can be judged without the parts that are wrong.
 *
 * @module
 */
import * as v from "valibot";
import type { Json, JsonObject } from "../lib/json.ts";
import type { ConfigurationDocument, KeyPath } from "./document.ts";
import { holds, type Issues, keysOf, without } from "./issues.ts";
import { nearest } from "./nearest.ts";
import { configurationSchema, knownKeysAt } from "./schema.ts";
import { isUnknownKey } from "./wording.ts";

/** What says something about other keys, so that it cannot be judged when one of these is wrong. */
const needs: Readonly<Record<string, readonly string[]>> = {
  auth: ["auth"],
  clients: ["auth", "instances", "accounts", "metadata"],
  instance: ["auth", "instances"],
  limits: ["auth"],
};

/** Takes away what has issues, and what needs it. */
export function remainder(document: JsonObject, issues: Issues): Pick<ConfigurationDocument, "configuration" | "lost"> {
  const lost = issues.flatMap(lostBy);
  const hasLost = (key: string) => lost.some(([first]) => first === key);
  const unsure = Object.keys(needs).filter((key) => needs[key]?.some(hasLost));
  let rest = unsure.reduce<Json>((value, key) => without(value, [key]), document);
  for (;;) {
    const result = v.safeParse(configurationSchema, rest);
    if (result.success) return { configuration: result.output, lost };
    const wrong = removable(rest, keysOf(result.issues[0]));
    if (!holds(rest, wrong)) return { configuration: {}, lost: [[]] };
    rest = without(rest, wrong);
  }
}

/** An unknown key stands for the one that was most likely meant. */
function lostBy(issue: Issues[number]): KeyPath[] {
  const keys = keysOf(issue);
  if (!isUnknownKey(issue)) return [keys];
  const parent = keys.slice(0, -1);
  const meant = nearest(String(keys.at(-1)), knownKeysAt(parent));
  return meant === undefined ? [] : [[...parent, meant]];
}

/** The member at `path`, or what holds it: a list goes as a whole, and what lacks a member too. */
function removable(document: Json, path: KeyPath): KeyPath {
  const inList = path.findIndex((key) => typeof key === "number");
  const wanted = inList === -1 ? path : path.slice(0, inList);
  return wanted.length < 2 || holds(document, wanted) ? wanted : removable(document, wanted.slice(0, -1));
}
