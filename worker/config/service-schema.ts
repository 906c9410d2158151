/**
 * The part of the configuration's schema that makes a server a service: named instances, ways to authenticate, rules for
 * clients (interface.md "Authenticated service and relay"). What names mean each other is checked by `service.ts`.
 *
 * @module
 */
import * as v from "valibot";
import { isObject, type JsonObject } from "../lib/json.ts";

const text = v.pipe(v.string(), v.nonEmpty("Must not be empty"));
const texts = (description: string) => v.optional(v.pipe(v.array(text), v.description(description)));
const wholeNumber = v.pipe(v.number(), v.integer("Must be a whole number"));

const secret = v.strictObject({
  name: v.pipe(text, v.description("What rules and the audit call it; two of one name are a rotation")),
  sha256: v.pipe(
    v.string(),
    v.regex(/^[0-9a-fA-F]{64}$/, "Must be the SHA-256 of the secret, 64 hexadecimal digits"),
    v.description("SHA-256 of the secret's bytes; the secret has at least 32 characters"),
  ),
});

const issuer = v.strictObject({
  name: v.pipe(text, v.description("What rules call it")),
  issuer: v.pipe(text, v.description("`iss` of its tokens, exactly; https, http for loopback only")),
  audience: v.pipe(text, v.description("`aud` that a token must carry")),
  jwksUri: v.optional(v.pipe(text, v.description("Its keys; without it they are found by discovery"))),
});

const access = v.strictObject({
  certsUrl: v.pipe(text, v.description("https://TEAM.cloudflareaccess.com/cdn-cgi/access/certs")),
  audience: v.pipe(text, v.description("The application's audience tag")),
});

const auth = v.pipe(
  v.strictObject({
    secrets: v.optional(v.array(secret)),
    issuers: v.optional(v.array(issuer)),
    access: v.optional(access),
  }),
  v.description("Who a client can be; makes the server an authenticated service"),
);

const object = (description: string) =>
  v.pipe(
    v.custom<JsonObject>(isObject, "Must be an object"),
    v.description(description),
    v.metadata({ jsonSchema: { type: "object" } }),
  );

const match = v.strictObject({
  secret: v.optional(v.pipe(text, v.description("Name of a secret"))),
  issuer: v.optional(v.pipe(text, v.description("Name of an issuer"))),
  access: v.optional(v.pipe(v.boolean(), v.description("An assertion of Cloudflare Access"))),
  claims: v.optional(object("Claims that a token must carry; * matches any run without / and newline")),
});

const client = v.strictObject({
  match,
  instance: v.optional(v.pipe(text, v.description("Which instance it sees; needed when there are several"))),
  account: v.optional(v.pipe(text, v.description('Which account is its "default"; default "default"'))),
  scopes: texts("All scopes that it sees and may ask for; without them the account's"),
  audiences: texts("Audiences of the ID tokens that it may ask for; without them none"),
  maxLifetime: v.optional(
    v.pipe(
      wholeNumber,
      v.minValue(1, "Must be at least 1 second"),
      v.maxValue(43_200, "Must be at most 43200 seconds"),
      v.description("Longest life of its access tokens, in seconds"),
    ),
  ),
  boundary: v.optional(object("Credential Access Boundary that its access tokens are downscoped by; {} is none")),
  control: v.optional(v.pipe(v.boolean(), v.description("Opens the control API on its instance"))),
});

const limit = v.strictObject({
  burst: v.optional(v.pipe(wholeNumber, v.minValue(1, "Must be at least 1"))),
  perSecond: v.optional(v.pipe(v.number(), v.minValue(0.001, "Must be above 0"))),
});

const limits = v.pipe(
  v.strictObject({ client: v.optional(limit), account: v.optional(limit) }),
  v.description("Requests of one client, and for tokens of one account, beyond which the answer is 429"),
);

/** The members of the configuration's schema; `world` holds those of one instance. */
export function serviceEntries<World extends v.ObjectEntries>(world: World) {
  return {
    instance: v.optional(v.pipe(text, v.description('Which of "instances" is served where nobody authenticates'))),
    instances: v.optional(
      v.pipe(v.record(text, v.strictObject(world)), v.description("Several machines in one server, by name")),
    ),
    auth: v.optional(auth),
    clients: v.optional(v.pipe(v.array(client), v.description("What each client may have; the first that matches"))),
    limits: v.optional(limits),
  };
}

export type AuthConfiguration = v.InferOutput<typeof auth>;
export type ClientConfiguration = v.InferOutput<typeof client>;
export type LimitsConfiguration = v.InferOutput<typeof limits>;
