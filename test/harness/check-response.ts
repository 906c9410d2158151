/**
 * Compares an answer with what a rule expects and says in sentences what differs. Knows the headers that stand on every
 * answer of the real server (mds-behaviour.md 1.6); leaves sending to `run-rule.ts`.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { BodyRule, Expectation, Remembered } from "../contract/wire/rule.ts";
import { headerValues, type RawResponse } from "./parse.ts";
import type { Runtime } from "./runtime-command.ts";

/** An answer and how long it took, in milliseconds. */
export interface Answer {
  readonly response: RawResponse;
  readonly elapsedMs: number;
}

const standing: Readonly<Record<string, string>> = {
  "Metadata-Flavor": "Google",
  Server: "Metadata Server for VM",
  "X-XSS-Protection": "0",
  "X-Frame-Options": "SAMEORIGIN",
};

/** Names whose casing clients compare. `Content-Length`, `Date` and `Connection` are the HTTP layer's to write. */
const cased = [...Object.keys(standing), "Content-Type", "ETag", "Location", "Allow"];

/** Returns what is wrong with an answer; empty when nothing is. */
export function checkResponse(
  { response, elapsedMs }: Answer,
  expected: Expectation,
  runtime: Runtime,
  known: Remembered,
): string[] {
  const problems = [...statusProblems(response, expected), ...casingProblems(response)];
  const bare = expected.standing === false || expected.bareOn?.includes(runtime) === true;
  if (!bare) problems.push(...framingProblems(response, runtime));
  const wanted: Record<string, string | RegExp> = { ...(bare ? {} : standing), ...expected.headers };
  for (const [name, value] of Object.entries(wanted))
    problems.push(...headerProblems(response, name, fill(value, known)));
  if (!bare && headerValues(response, "date").length !== 1) problems.push("Date is missing or doubled");
  // No answer, whatever was asked, lets another web origin read it (interface.md, "Who is let in").
  for (const [name] of response.headers) if (/^access-control-/i.test(name)) problems.push(`${name} is there`);
  for (const name of expected.absent ?? []) {
    for (const value of headerValues(response, name)) problems.push(`${name} is there: ${value}`);
  }
  if (expected.body !== undefined)
    problems.push(...bodyProblems(response.body.toString(), fillBody(expected.body, known), known));
  const { min = 0, max = Number.POSITIVE_INFINITY } = expected.elapsedMs ?? {};
  if (elapsedMs < min || elapsedMs > max) problems.push(`took ${Math.round(elapsedMs)} ms, not ${min} to ${max}`);
  return problems;
}

function statusProblems(response: RawResponse, expected: Expectation): string[] {
  const statuses = [expected.status].flat();
  const problems: string[] = [];
  if (!statuses.includes(response.status)) problems.push(`status is ${response.status}, not ${statuses.join(" or ")}`);
  if (expected.version !== undefined && response.version !== expected.version)
    problems.push(`answered as HTTP/${response.version}`);
  if (expected.closed === true && !response.closed) problems.push("the connection was left open");
  if (response.status === 200 && expected.standing !== false) {
    for (const [name, value] of response.headers) {
      // A test of Google's own demands this of the real server.
      if (!/^(?:metadata-flavor|server)$/i.test(name) && /google(?!\.com)/i.test(value))
        problems.push(`${name} mentions google: ${value}`);
    }
  }
  return problems;
}

function casingProblems(response: RawResponse): string[] {
  return response.headers.flatMap(([name]) => {
    const right = cased.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    return right === undefined || right === name ? [] : [`${name} instead of ${right}`];
  });
}

function framingProblems(response: RawResponse, runtime: Runtime): string[] {
  const problems: string[] = [];
  // `wrangler dev` passes every HTML answer through its live-reload rewriter, which takes the length away.
  const rewritten =
    runtime === "wrangler" && headerValues(response, "Content-Type").some((type) => type.startsWith("text/html"));
  if (headerValues(response, "Content-Encoding").some((coding) => coding !== "identity"))
    problems.push("Content-Encoding is there");
  if (rewritten) return problems;
  if (headerValues(response, "Transfer-Encoding").length > 0) problems.push("Transfer-Encoding is there");
  if (headerValues(response, "Content-Length").length !== 1) problems.push("Content-Length is missing or doubled");
  return problems;
}

function headerProblems(response: RawResponse, name: string, expected: string | RegExp): string[] {
  const values = headerValues(response, name);
  if (values.length !== 1)
    return [values.length === 0 ? `${name} is missing` : `${name} is there ${values.length} times`];
  const [value = ""] = values;
  const right = typeof expected === "string" ? value === expected : expected.test(value);
  return right ? [] : [`${name} is ${JSON.stringify(value)}, not ${String(expected)}`];
}

function bodyProblems(body: string, expected: BodyRule, known: Remembered): string[] {
  const shown = JSON.stringify(body.length > 400 ? `${body.slice(0, 400)}…` : body);
  if (typeof expected === "string")
    return body === expected ? [] : [`body is ${shown}, not ${JSON.stringify(expected)}`];
  if (expected instanceof RegExp)
    return expected.test(body) ? [] : [`body ${shown} does not match ${String(expected)}`];
  if ("contains" in expected) {
    return expected.contains
      .filter((piece) => !body.includes(piece))
      .map((piece) => `body ${shown} lacks ${JSON.stringify(piece)}`);
  }
  if ("json" in expected)
    return isDeepStrictEqual(parsed(body), expected.json)
      ? []
      : [`body is ${shown}, not ${JSON.stringify(expected.json)}`];
  const problem = expected.check(body, known);
  return problem === undefined ? [] : [`body: ${problem} (${shown})`];
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function fillBody(body: BodyRule, known: Remembered): BodyRule {
  return typeof body === "string" && body !== "" && Object.keys(known).length > 0 ? fill(body, known) : body;
}

/** Puts remembered values in place of `{name}`, in patterns of `\{name\}`. */
export function fill<T extends string | RegExp>(value: T, known: Remembered): T {
  const put = (text: string): string =>
    text.replaceAll(/\\?\{([a-zA-Z]+)\\?\}/g, (whole, name: string) => known[name] ?? whole);
  return (typeof value === "string" ? put(value) : new RegExp(put(value.source), value.flags)) as T;
}
