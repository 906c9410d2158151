/**
 * `token` and `identity` of a service account (worker/http/handlers/tokens.ts).
 *
 * @module
 */
import { answer, answerRef, flavor, guarded, json, schemaRef } from "./answers.ts";
import { word } from "./metadata.ts";
import type { Operation, Parameter, Paths } from "./types.ts";

const account: Parameter = {
  name: "account",
  in: "path",
  required: true,
  description: "`default`, or the account's e-mail",
  schema: { type: "string", minLength: 1 },
  example: "default",
};

const failures: Operation["responses"] = {
  ...guarded,
  "404": answerRef("NotFound"),
  "429": answerRef("TooMany"),
  "4XX": answerRef("Upstream"),
  "500": answerRef("Broken"),
  "503": answerRef("Unavailable"),
};

const accessToken: Operation = {
  operationId: "getAccessToken",
  summary: "An access token of the account",
  description: "It cannot be waited for: `wait_for_change` is 400.",
  tags: ["tokens"],
  security: flavor,
  parameters: [
    account,
    {
      name: "scopes",
      in: "query",
      description:
        "Comma-separated. On vm they narrow only if they are enforced; a scope that the account lacks is 403 then",
      schema: { type: "string", maxLength: 4096 },
      example: "https://www.googleapis.com/auth/cloud-platform",
    },
    {
      name: "enforce_scopes",
      in: "query",
      description: "Enforces `scopes`; only a word for true, in any case",
      schema: { enum: ["true", "1", "yes", "y", "on", "t", "TRUE", ""] },
    },
  ],
  responses: {
    ...failures,
    "200": answer(
      "The token",
      json(schemaRef("AccessToken"), { access_token: "ya29.emulator.…", expires_in: 3599, token_type: "Bearer" }),
    ),
  },
};

const idToken: Operation = {
  operationId: "getIdentityToken",
  summary: "An ID token of the account",
  description: "404 where the account's credential cannot make one; the sentence says why.",
  tags: ["tokens"],
  security: flavor,
  parameters: [
    account,
    {
      name: "audience",
      in: "query",
      required: true,
      description: "`aud` of the token",
      schema: { type: "string", minLength: 1, maxLength: 4096 },
      example: "https://service.example.com",
    },
    {
      name: "format",
      in: "query",
      description: "`full` adds e-mail and machine; any case",
      schema: { enum: ["standard", "full", "FULL", ""] },
    },
    word("licenses", "With `format=full`: the machine's licences"),
  ],
  responses: {
    ...failures,
    "200": answer("The token alone", { "text/html": { schema: schemaRef("IdToken") } }),
    "400": answer("No audience, or nothing that can be meant", {
      "text/html": { schema: { type: "string" }, example: "non-empty audience parameter required\n" },
      "text/html; charset=UTF-8": { schema: { type: "string", pattern: "^<!DOCTYPE html>" } },
      "text/plain; charset=utf-8": { schema: { type: "string" } },
    }),
  },
};

export const tokenPaths: Paths = {
  "/computeMetadata/v1/instance/service-accounts/{account}/token": { get: accessToken },
  "/computeMetadata/v1/instance/service-accounts/{account}/identity": { get: idToken },
};
