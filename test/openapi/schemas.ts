/**
 * The schemas of JSON bodies. What the server checks by a schema is taken from there; what it only writes stands here, and
 * the tests hold its answers to it.
 *
 * @module
 */
import { jsonSchemaOf } from "../../worker/config/json-schema.ts";
import { eventSchemas } from "../../worker/events/schema.ts";
import { effects, faultRuleSchema } from "../../worker/faults/rule.ts";
import { maxRules } from "../../worker/faults/rules.ts";
import { schemaRef } from "./answers.ts";
import { knownPaths } from "./metadata.ts";
import { osLoginSchemas } from "./oslogin-schemas.ts";
import type { Schema } from "./types.ts";

const string: Schema = { type: "string" };
const digits: Schema = { type: "string", pattern: "^\\d+$" };
const list = (items: Schema): Schema => ({ type: "array", items });

/** An object that has these members; the required ones first, then those that may be missing. */
export function object(
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

/** A rule does something: `false` for an effect is as good as none. */
const faultRule: Schema = {
  ...jsonSchemaOf(faultRuleSchema),
  anyOf: effects.map((name) =>
    name === "drop" || name === "truncate"
      ? { required: [name], properties: { [name]: { const: true } } }
      : { required: [name] },
  ),
};

const key = object({
  kty: { const: "RSA" },
  n: string,
  e: string,
  kid: string,
  alg: { const: "RS256" },
  use: { const: "sig" },
});

const journalEntry = object(
  {
    id: { type: "integer", minimum: 1 },
    time: { type: "string", format: "date-time" },
    method: string,
    path: { ...string, description: "Path and query; tokens are struck out" },
    status: { type: "integer", minimum: 200, maximum: 599 },
    ms: { type: "number", minimum: 0 },
    client: { ...string, description: "What the client calls itself" },
  },
  {
    fault: { ...string, description: "What a fault rule did" },
    cache: { enum: ["hit", "refreshed", "coalesced", "minted", "failed"], description: "How its token came" },
  },
);

export const schemas: Readonly<Record<string, Schema>> = {
  Path: {
    anyOf: [
      { description: "Of the default machine", enum: knownPaths() },
      { description: "Any other", type: "string", pattern: "^[^/?#]+(/[^/?#]+)*/?$" },
    ],
  },
  Node: { description: "A leaf, a list or an object, as `?recursive=true` prints it" },
  Refusal: object({ error: string }),
  AccessToken: object({
    access_token: { type: "string", minLength: 1 },
    expires_in: { type: "integer", minimum: 0 },
    token_type: { const: "Bearer" },
  }),
  IdToken: { description: "A JWT", type: "string", pattern: "^[\\w-]+\\.[\\w-]+\\.[\\w-]+$" },
  Health: object({ status: { const: "ok" }, version: string }),
  Discovery: object({
    issuer: string,
    jwks_uri: { type: "string", format: "uri" },
    tokeninfo_endpoint: { type: "string", format: "uri" },
    response_types_supported: list(string),
    subject_types_supported: list(string),
    id_token_signing_alg_values_supported: list(string),
    scopes_supported: list(string),
    claims_supported: list(string),
  }),
  Jwks: object({ keys: list(key) }),
  TokenInfo: {
    description: "Of an ID token: its claims as texts, and `alg`, `kid`, `typ` of its head",
    type: "object",
    required: ["aud", "azp", "exp"],
    properties: { aud: string, azp: digits, exp: digits, scope: string, expires_in: digits, email: string },
  },
  InvalidToken: object({ error: { const: "invalid_token" }, error_description: string }),
  Event: {
    oneOf: Object.keys(eventSchemas).map((type) => schemaRef(eventName(type))),
    discriminator: {
      propertyName: "type",
      mapping: Object.fromEntries(
        Object.keys(eventSchemas).map((type) => [type, `#/components/schemas/${eventName(type)}`]),
      ),
    },
  },
  ...Object.fromEntries(Object.entries(eventSchemas).map(([type, schema]) => [eventName(type), jsonSchemaOf(schema)])),
  FaultRule: faultRule,
  FaultRules: { ...list(schemaRef("FaultRule")), maxItems: maxRules },
  Requests: { ...list(journalEntry), maxItems: 1_000 },
  ...osLoginSchemas(object),
};

function eventName(type: string): string {
  return `Event-${type}`;
}
