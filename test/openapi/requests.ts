/**
 * A request for an operation, made from the description's own examples.
 *
 * @module
 */
import type { RawRequest } from "../harness/raw.ts";
import type { Conformance, Described } from "./check.ts";
import type { Content, Parameter } from "./types.ts";

export const controlToken = "the-control-token-of-the-description";

/** What a request has instead of the example. `null` leaves a header out. */
export interface Instead {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** Builds the request. Throws when the description has no example for a parameter that is needed. */
export function requestOf(conformance: Conformance, described: Described, instead: Instead = {}): RawRequest {
  const { method, operation, path } = described;
  const parameters = (operation.parameters ?? []).map((given) => conformance.resolve<Parameter>(given));
  const named = (place: string) => parameters.filter((parameter) => parameter.in === place && parameter.required);
  const filled = named("path").reduce((text, each) => text.replace(`{${each.name}}`, String(exampleOf(each))), path);
  const query = new URLSearchParams(named("query").map((each) => [each.name, String(exampleOf(each))])).toString();
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const example = content === undefined ? undefined : exampleOf(content);
  const body =
    instead.body ?? (typeof example === "string" && type === "text/plain" ? example : JSON.stringify(example));
  const headers = {
    Host: "localhost",
    ...credentials(described),
    ...(body === undefined || type === undefined ? {} : { "Content-Type": type }),
    ...instead.headers,
  };
  const target = [instead.path ?? filled, instead.query ?? query].filter((part) => part !== "").join("?");
  return {
    method: instead.method ?? method.toUpperCase(),
    target,
    headers: Object.entries(headers).filter((header): header is [string, string] => header[1] !== null),
    ...(body === undefined ? {} : { body }),
  };
}

/** What an operation needs of whoever asks. */
export function needs({ operation }: Described): "flavor" | "control" | "nothing" {
  const [first = {}] = operation.security;
  return "metadataFlavor" in first ? "flavor" : "controlToken" in first ? "control" : "nothing";
}

function credentials(described: Described): Readonly<Record<string, string>> {
  switch (needs(described)) {
    case "flavor":
      return { "Metadata-Flavor": "Google" };
    case "control":
      return { Authorization: `Bearer ${controlToken}` };
    case "nothing":
      return {};
  }
}

function exampleOf(given: Parameter | Content): unknown {
  const [first] = Object.values(given.examples ?? {});
  const values = given.schema.enum as readonly unknown[] | undefined;
  const example = given.example ?? first?.value ?? values?.[0];
  if (example === undefined) throw new Error(`The description has no example: ${JSON.stringify(given)}`);
  return example;
}
