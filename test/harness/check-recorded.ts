/**
 * Compares an answer with what a real server was recorded to send. Every difference must be explained, and every
 * explanation must be needed.
 *
 * @module
 */
import type { Explained, RecordedAnswer } from "../contract/recorded/answer.ts";
import type { RawResponse } from "./parse.ts";
import type { Runtime } from "./runtime-command.ts";

/** What the HTTP layer of a runtime writes by itself. */
const byTheRuntime: Readonly<Record<Runtime, readonly RegExp[]>> = {
  node: [/^(?:Connection|Keep-Alive)$/],
  bun: [],
  deno: [/^(?:Connection|content-length|vary)$/i],
  workerd: [/^Connection$/],
  wrangler: [/^(?:Connection|Content-Length|Transfer-Encoding)$/],
};

/** Returns the differences that nobody explained, and the explanations that explain nothing; empty when all is well. */
export function checkRecorded(response: RawResponse, recorded: RecordedAnswer, runtime: Runtime): string[] {
  const used = new Set<Explained>();
  const differs = (where: string, ours: string | undefined, theirs: string | undefined): boolean => {
    const reasons = (recorded.explained ?? []).filter((one) => one.where.toLowerCase() === where.toLowerCase());
    const [left, right] = [ours, theirs].map((text) => masked(text, reasons, used));
    if (left === right) return false;
    const whole = reasons.find(({ part }) => part === undefined);
    if (whole !== undefined) used.add(whole);
    return whole === undefined;
  };
  const problems: string[] = [];
  if (response.status !== recorded.status) problems.push(`status is ${response.status}, not ${recorded.status}`);
  if (recorded.headers !== undefined) problems.push(...headerProblems(response, recorded.headers, runtime, differs));
  problems.push(...bodyProblems(response.body.toString(), recorded, differs));
  const idle = (recorded.explained ?? []).filter(
    (one) => !used.has(one) && !byTheRuntime[runtime].some((its) => its.test(one.where)),
  );
  return [...problems, ...idle.map(({ where, why }) => `nothing to explain at ${where}: ${why}`)];
}

type Differs = (where: string, ours: string | undefined, theirs: string | undefined) => boolean;

function headerProblems(
  { headers }: RawResponse,
  recorded: Readonly<Record<string, string>>,
  runtime: Runtime,
  differs: Differs,
): string[] {
  const ours = new Map(headers);
  const names = new Set([...ours.keys(), ...Object.keys(recorded)]);
  return [...names]
    .filter((name) => !byTheRuntime[runtime].some((its) => its.test(name)))
    .filter((name) => differs(name, ours.get(name), recorded[name]))
    .map((name) => `${name} is ${String(ours.get(name))}, recorded ${String(recorded[name])}`);
}

function bodyProblems(text: string, { body, claims }: RecordedAnswer, differs: Differs): string[] {
  if (body === undefined) return [];
  const ours = claims === true ? payloadOf(text) : text;
  if (typeof body === "string") return differs("body", ours, body) ? [`body is ${ours}, recorded ${body}`] : [];
  let at = 0;
  for (const piece of body) {
    const found = ours.indexOf(piece, at);
    if (found === -1) return [`body lacks ${JSON.stringify(piece)} in its place: ${ours.slice(0, 2000)}`];
    at = found + piece.length;
  }
  return [];
}

/** Puts the same mark in place of every part that may differ. */
function masked(text: string | undefined, reasons: readonly Explained[], used: Set<Explained>): string | undefined {
  if (text === undefined) return undefined;
  return reasons.reduce((now, reason) => {
    if (reason.part === undefined) return now;
    return now.replaceAll(new RegExp(reason.part, "g"), () => {
      used.add(reason);
      return reason.oneSided === true ? "" : "…";
    });
  }, text);
}

/** Returns the claims of a JWT as they stand in it; the text itself when it is none. */
function payloadOf(jwt: string): string {
  const [, payload, signature] = jwt.split(".");
  if (payload === undefined || signature === undefined) return jwt;
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
  return JSON.stringify(sorted(claims));
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
