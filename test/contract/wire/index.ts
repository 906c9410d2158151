/**
 * The wire contract as one table.
 *
 * @module
 */
import { accessRules } from "./access.ts";
import { accountRules } from "./accounts.ts";
import { booleanRules } from "./booleans.ts";
import { browserRules } from "./browsers.ts";
import { cloudRunRules } from "./cloud-run.ts";
import { exemptRules } from "./exempt.ts";
import { gkeRules } from "./gke.ts";
import { guestAttributeRules } from "./guest-attributes.ts";
import { headerRules } from "./headers.ts";
import { hostRules } from "./hosts.ts";
import { identityRules } from "./identities.ts";
import { jsonRules } from "./json.ts";
import { defaultJsonRules } from "./json-defaults.ts";
import { listingRules } from "./listings.ts";
import { methodRules } from "./methods.ts";
import { nameRules } from "./names.ts";
import { osLoginRules } from "./oslogin.ts";
import { osLoginSessionRules } from "./oslogin-sessions.ts";
import { pathRules } from "./paths.ts";
import { queryRules } from "./queries.ts";
import type { Rule } from "./rule.ts";
import { tokenRules } from "./tokens.ts";
import { treeRules } from "./tree.ts";
import { configuredTreeRules } from "./tree-configured.ts";
import { universeRules } from "./universe.ts";
import { waitingRules } from "./waiting.ts";

/** Every rule, in the order of the reference page. */
export const rules: readonly Rule[] = [
  accessRules,
  exemptRules,
  hostRules,
  browserRules,
  headerRules,
  pathRules,
  nameRules,
  booleanRules,
  queryRules,
  waitingRules,
  jsonRules,
  defaultJsonRules,
  listingRules,
  treeRules,
  configuredTreeRules,
  accountRules,
  tokenRules,
  identityRules,
  methodRules,
  guestAttributeRules,
  osLoginRules,
  osLoginSessionRules,
  gkeRules,
  cloudRunRules,
  universeRules,
].flat();
