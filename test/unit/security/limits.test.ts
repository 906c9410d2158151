/**
 * SECURITY.md's and README's figures are the code's: each row of the table of limits is written anew from the constants.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { maxToCome } from "../../../worker/control/events.ts";
import { maxEntries as maxFiles } from "../../../worker/entry/folder.ts";
import { maxConnections } from "../../../worker/entry/listen/node.ts";
import { maxRuleBodies, maxRules } from "../../../worker/faults/rules.ts";
import { bodyMs } from "../../../worker/http/body.ts";
import { maxBody } from "../../../worker/http/handlers/control.ts";
import { maxKeyBytes, maxValueBytes, maxWritesPerSecond } from "../../../worker/http/handlers/guest-attributes.ts";
import { maxParameter } from "../../../worker/http/handlers/tokens.ts";
import { maxFeeds } from "../../../worker/inspector/inspector.ts";
import { maxKept, maxKeptSize } from "../../../worker/lib/kept.ts";
import { maxChangesSize } from "../../../worker/metadata/store.ts";
import { maxWaiters } from "../../../worker/metadata/waiters.ts";
import { maxAnswer } from "../../../worker/relay/forward.ts";
import { maxEntries, maxSize } from "../../../worker/telemetry/journal.ts";
import { maxHeaders } from "../../../worker/telemetry/sent.ts";
import { maxKeys, maxWaiting } from "../../../worker/tokens/cache.ts";
import { flightMs } from "../../../worker/tokens/flight.ts";
import { maxAnswerBytes, tryMs } from "../../../worker/tokens/google/exchange.ts";
import { mintLimit } from "../../../worker/tokens/mint-limit.ts";
import { section } from "./threats.ts";

const root = resolve(import.meta.dirname, "../../..");
const read = (name: string): string => readFileSync(resolve(root, name), "utf8");

const count = (number: number): string => number.toLocaleString("en-US");
const size = (bytes: number): string =>
  bytes % 1024 ** 2 === 0 ? `${bytes / 1024 ** 2} MiB` : bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`;
const seconds = (ms: number): string => `${ms / 1000} s`;

const expected: Readonly<Record<string, string>> = {
  "Requests that wait for a change": count(maxWaiters),
  "Requests that wait for a token": count(maxWaiting),
  "Connections, on Node": count(maxConnections),
  "Tokens held": count(maxKeys),
  "New tokens of an account": `${count(mintLimit.burst)} at once, then ${mintLimit.perSecond} a second`,
  "Audience, list of scopes": `${count(maxParameter)} characters`,
  "Guest attribute": `${size(maxValueBytes)}, its key ${size(maxKeyBytes)}`,
  "Changes made while running": `${size(maxChangesSize)} an instance`,
  "Answers kept for targets": `${count(maxKept)}, ${size(maxKeptSize)}`,
  "Writes of guest attributes": `${count(maxWritesPerSecond)} a second`,
  "Body of a control call": size(maxBody),
  "Time for a request's body": seconds(bodyMs),
  "Journal of requests": `${count(maxEntries)} requests, ${size(maxSize)} of headers and bodies, ${size(maxHeaders)} of headers each`,
  "Fault rules": `${count(maxRules)}, ${size(maxRuleBodies)} of bodies`,
  "Events to come": count(maxToCome),
  "Inspectors that look on": count(maxFeeds),
  "Files of `--metadata-dir`": count(maxFiles),
  "An upstream's answer": size(maxAnswerBytes),
  "An upstream's time": `${seconds(tryMs)} a try, ${seconds(flightMs)} a token`,
  "What a relay reads of an answer": size(maxAnswer),
};

const rows = Object.fromEntries(
  section(read("SECURITY.md"), "Limits")
    .split("\n")
    .filter((line) => /^\| (?!what |-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, what = "", much = ""]) => [what, much]),
);

describe("The limits that SECURITY.md tells", () => {
  it("are all of those that the code has, and no others", () => {
    expect(rows).toEqual(expected);
  });

  it("are named by the row of the threat", () => {
    const threat = read("SECURITY.md")
      .split("\n")
      .find((line) => line.startsWith("| One client exhausts the server"));
    expect(threat).toContain("[Limits](#limits)");
  });
});

describe("The limits that README tells", () => {
  const text = section(read("README.md"), "Limits").replace(/\s+/g, " ");

  it.each([
    [`audience and scope list ${count(maxParameter)} characters`],
    [`guest attribute value ${size(maxValueBytes)}`],
    [`${count(maxWaiters)} waiting requests`],
    [`${count(maxKeys)} tokens held`],
  ])("are %s", (words) => {
    expect(text).toContain(words);
  });
});
