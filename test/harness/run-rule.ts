/**
 * Sends a rule's requests to a running server and says what its answers lack.
 *
 * @module
 */
import type { Remembered, Rule, RuleRequest, Step } from "../contract/wire/rule.ts";
import { type Answer, checkResponse, fill } from "./check-response.ts";
import { headerValues } from "./parse.ts";
import { type RawRequest, rawRequest } from "./raw.ts";
import type { RunningServer } from "./server.ts";

type Target = Pick<RunningServer, "port" | "runtime">;

/** Runs a rule. Returns what is wrong, with the request that got the answer; empty when nothing is. */
export async function runRule(rule: Rule, server: Target): Promise<string[]> {
  // `{PORT}` in expectations and `PORT` in requests are the server's own.
  const known: Record<string, string> = { PORT: String(server.port) };
  const expect = rule.on?.[server.runtime]?.expect ?? rule.expect;
  for (const step of [...(rule.before ?? []), { ...rule, expect }]) {
    const problems = await runStep(step, server, known);
    if (problems.length > 0)
      return [`${step.request.method ?? "GET"} ${fill(step.request.target, known)}`, ...problems];
  }
  return [];
}

async function runStep(step: Step, server: Target, known: Record<string, string>): Promise<string[]> {
  const started = performance.now();
  const response = await rawRequest(server.port, encode(step.request, server.port, known), {
    awaitClose: step.expect.closed === true,
  });
  const answer: Answer = { response, elapsedMs: performance.now() - started };
  const problems = checkResponse(answer, step.expect, server.runtime, known);
  if (problems.length > 0) return problems;
  for (const [name, where] of Object.entries(step.remember ?? {})) {
    const value = pick(answer, where);
    if (value === undefined) problems.push(`nothing to remember as ${name}`);
    else known[name] = value;
  }
  return problems;
}

/** Returns the request as it goes over the wire: `Host` first, then `Metadata-Flavor`, then what the rule adds. */
export function encode(request: RuleRequest, port: number, known: Remembered = {}): RawRequest | string {
  if (request.raw !== undefined) return request.raw.replaceAll("PORT", String(port));
  const { method, version, body, host = "metadata.google.internal", flavor = "Google" } = request;
  const put = (text: string): string => fill(text, known).replaceAll("PORT", String(port));
  const headers: (readonly [string, string])[] = [];
  if (host !== null) headers.push(["Host", put(host)]);
  if (flavor !== null) headers.push(["Metadata-Flavor", flavor]);
  for (const [name, value] of request.headers ?? []) headers.push([name, put(value)]);
  const optional = { ...(method && { method }), ...(version && { version }), ...(body !== undefined && { body }) };
  return { target: put(request.target), headers, ...optional };
}

function pick({ response }: Answer, where: NonNullable<Step["remember"]>[string]): string | undefined {
  if (where === "body") return response.body.toString();
  if (where === "length") return String(response.body.length);
  if ("header" in where) return headerValues(response, where.header)[0];
  const value = (JSON.parse(response.body.toString()) as Record<string, unknown>)[where.json];
  return typeof value === "string" ? value : undefined;
}
