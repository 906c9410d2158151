/**
 * The wire contract as one table.
 *
 * @module
 */
import { accessRules } from "./access.ts";
import { accountRules, tokenRules } from "./accounts.ts";
import { headerRules } from "./headers.ts";
import { hostRules } from "./hosts.ts";
import { jsonRules } from "./json.ts";
import { methodRules } from "./methods.ts";
import { pathRules } from "./paths.ts";
import { presetRules } from "./presets.ts";
import { queryRules } from "./queries.ts";
import type { Rule } from "./rule.ts";
import { treeRules } from "./tree.ts";
import { configuredTreeRules } from "./tree-configured.ts";
import { waitingRules } from "./waiting.ts";

/** Every rule, in the order of the reference page. */
export const rules: readonly Rule[] = [
  ...accessRules,
  ...hostRules,
  ...headerRules,
  ...pathRules,
  ...queryRules,
  ...waitingRules,
  ...jsonRules,
  ...treeRules,
  ...configuredTreeRules,
  ...accountRules,
  ...tokenRules,
  ...methodRules,
  ...presetRules,
];
