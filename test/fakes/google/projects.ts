/**
 * The fake `cloudresourcemanager.googleapis.com`: the name of a project by its number, which google-auth for Python asks
 * for as soon as it has a federated token.
 *
 * @module
 */
import type { FakeIssuer } from "./issuer.ts";
import { authorization, demand, type Incoming, jsonResponse, Refusal } from "./request.ts";

/** Path of a project. */
export const projectPath = /^\/v1\/projects\/(\d+)$/;

/** Answers for any number, to whoever has a token of this fake. */
export function projectOf(request: Incoming, number: string, issuer: FakeIssuer): Response {
  demand(request.method === "GET" && request.url.search === "", `${request.method} with ${request.url.search}`);
  const token = authorization(request, "Bearer");
  if (token === undefined || !issuer.issued.has(token))
    throw new Refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
  return jsonResponse({ projectNumber: number, projectId: "fake-project", lifecycleState: "ACTIVE" });
}
