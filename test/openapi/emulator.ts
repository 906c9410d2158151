/**
 * Below `/emulator`, but for the control calls: health, the local issuer, metrics, and the inspector.
 *
 * @module
 */
import { assets } from "../../worker/inspector/assets.js";
import { answer, answerRef, control, guardedFromStrangers as guarded, json, schemaRef } from "./answers.ts";
import type { Answer, Operation, Parameter, Paths } from "./types.ts";

/** An operation that needs nothing of its client. */
function get(operationId: string, summary: string, more: Partial<Operation>): { readonly get: Operation } {
  const described = { operationId, summary, tags: ["emulator"], security: [{}], ...more };
  return { get: { ...described, responses: { ...guarded, ...more.responses } } };
}

const fresh = (description: string, schema: string, example?: unknown): Answer =>
  answer(description, json(schemaRef(schema), example), ["Cache-Control"]);

const token = (name: string, description: string): Parameter => ({
  name,
  in: "query",
  description,
  schema: { type: "string" },
});

const closed = { "401": answerRef("NoToken"), "404": answerRef("NotFound") };

const files = Object.entries(assets).filter(([name]) => name !== "index.html");
const page = (description: string, types: readonly string[]): Answer => ({
  ...answer(
    description,
    Object.fromEntries([...new Set(types)].map((type) => [type, { schema: { type: "string" } }])),
    ["Cache-Control"],
  ),
});
const noPage = { "404": answerRef("NotFound") };
const pageText = "Only with a control token; itself it needs none. Content-Security-Policy without `unsafe-*`.";

export const emulatorPaths: Paths = {
  "/emulator/v1/health": get("getHealth", "Whether the server is there, and its version", {
    responses: { "200": fresh("It is", "Health") },
  }),
  "/emulator/v1/issuer/.well-known/openid-configuration": get("getDiscovery", "The local issuer's discovery document", {
    responses: { "200": fresh("The document", "Discovery") },
  }),
  "/emulator/v1/issuer/jwks": get("getJwks", "The local issuer's public keys", {
    responses: { "200": fresh("The keys", "Jwks") },
  }),
  "/emulator/v1/issuer/certs": get("getCerts", "The same keys, at the name that Google's address ends in", {
    responses: { "200": fresh("The keys", "Jwks") },
  }),
  "/emulator/v1/issuer/tokeninfo": get("getTokenInfo", "What a token of the local issuer says", {
    description: "`access_token` counts if both are given.",
    parameters: [token("access_token", "An access token"), token("id_token", "An ID token")],
    responses: {
      "200": fresh("It is one of ours and still lives", "TokenInfo"),
      "400": {
        ...answer("It is none of ours, or dead; or the `Host` is malformed", {
          ...json(schemaRef("InvalidToken"), { error: "invalid_token", error_description: "Invalid Value" }),
          "text/html; charset=UTF-8": { schema: { type: "string", pattern: "^<!DOCTYPE html>" } },
        }),
      },
    },
  }),
  "/emulator/v1/metrics": get("getMetrics", "Metrics for Prometheus", {
    description: "OpenMetrics where `Accept` asks for it. Needs no token with --open-metrics.",
    security: control,
    responses: {
      ...closed,
      "200": answer(
        "The numbers",
        {
          "text/plain; version=0.0.4; charset=utf-8": { schema: { type: "string" } },
          "application/openmetrics-text; version=1.0.0; charset=utf-8": {
            schema: { type: "string", pattern: "# EOF\\n$" },
          },
        },
        ["Cache-Control"],
      ),
    },
  }),
  "/emulator/v1/stream": get("getStream", "Server-sent events for the inspector; each event's data is JSON", {
    description: "It does not end by itself.",
    security: control,
    responses: {
      ...closed,
      "200": answer("The stream", { "text/event-stream": { schema: { type: "string" } } }, ["Cache-Control"]),
      "503": answerRef("Unavailable"),
    },
  }),
  "/emulator": get("redirectInspector", "Redirects to the inspector", {
    responses: { ...noPage, "301": answerRef("WithSlash") },
  }),
  "/emulator/": get("getInspector", "The inspector's page", {
    description: pageText,
    responses: { ...noPage, "200": page("The page", [assets["index.html"]?.type ?? ""]) },
  }),
  "/emulator/{asset}": get("getInspectorAsset", "A file of the inspector's page", {
    parameters: [
      {
        name: "asset",
        in: "path",
        required: true,
        description: "Its name",
        schema: { enum: files.map(([name]) => name) },
      },
    ],
    responses: {
      ...noPage,
      "200": page(
        "The file",
        files.map(([, { type }]) => type),
      ),
    },
  }),
};
