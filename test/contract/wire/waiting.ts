/**
 * Waiting for changes, time limits and ETags (mds-behaviour.md 3.3, 3.4; clients.md R21, R26). Real time is spent only
 * where a rule is about it, one second each. Waiting for an actual change is a test of its own: it needs two requests.
 *
 * @module
 */
import { account, badRequest, instance, notFound, text, v1 } from "./expectations.ts";
import { type BodyRule, type Rule, type Step, section } from "./rule.ts";

const name = `${instance}/name`;
const whole = `${v1}/?recursive=true`;
const wait = "wait_for_change=true";
const value = text(/^[a-z]/);
const soon = { max: 900 };
const afterOneSecond = { min: 950, max: 2_500 };

const first = (target: string): Step => ({
  request: { target },
  expect: { status: 200 },
  remember: { etag: { header: "ETag" }, body: "body" },
});
const unchanged: BodyRule = {
  says: "the same body",
  check: (body, { body: before }) => (body === before ? undefined : "another body"),
};

const waits = section("3.3", [
  ...["0", "NONE", "deadbeefdeadbeef", "anything", "%00"].map((etag) => ({
    id: `last-etag-${etag}`,
    grade: "CONFIRMED" as const,
    title: `last_etag=${etag} differs from the current one, so the answer comes at once`,
    request: { target: `${name}?${wait}&last_etag=${etag}` },
    expect: { ...value, elapsedMs: soon },
  })),
  {
    id: "last-etag-recursive",
    grade: "CONFIRMED",
    title: "The agents' first request, recursive with last_etag=NONE, is answered at once",
    request: { target: `${whole}&alt=json&${wait}&timeout_sec=60&last_etag=NONE` },
    expect: { status: 200, headers: { "Content-Type": "application/json", ETag: /^[0-9a-f]{16}$/ }, elapsedMs: soon },
  },
  {
    id: "wait-timeout-leaf",
    grade: "CONFIRMED",
    title: "A matching last_etag blocks; timeout_sec=1 ends it with 200, the same value and the same ETag",
    before: [first(name)],
    request: { target: `${name}?${wait}&last_etag={etag}&timeout_sec=1` },
    expect: { status: 200, headers: { ETag: "{etag}" }, body: unchanged, elapsedMs: afterOneSecond },
  },
  {
    id: "wait-timeout-recursive",
    grade: "CONFIRMED",
    title: "The same on a recursive directory",
    before: [first(`${instance}/disks/?recursive=true`)],
    request: { target: `${instance}/disks/?recursive=true&${wait}&last_etag={etag}&timeout_sec=1` },
    expect: { status: 200, headers: { ETag: "{etag}" }, body: unchanged, elapsedMs: afterOneSecond },
  },
  {
    id: "wait-double-slash",
    grade: "CONFIRMED",
    title: "The wait of the old agent with its doubled slash really blocks (R26)",
    before: [first(`${v1}//?recursive=true&alt=json`)],
    request: { target: `${v1}//?recursive=true&alt=json&${wait}&timeout_sec=1&last_etag={etag}` },
    expect: { status: 200, elapsedMs: afterOneSecond },
  },
  {
    id: "wait-without-etag",
    grade: "CONFIRMED",
    title: "Without last_etag the request blocks until the limit",
    request: { target: `${name}?wait_for_change=True&timeout_sec=1` },
    expect: { ...value, elapsedMs: afterOneSecond },
  },
  {
    id: "wait-timeout-zero",
    grade: "UNKNOWN-chosen",
    title: "timeout_sec=0 answers at once or is no limit at all: it is never an error",
    request: { target: `${name}?${wait}&last_etag=NONE&timeout_sec=0` },
    expect: { ...value, elapsedMs: soon },
  },
  {
    id: "timeout-without-wait",
    grade: "CONFIRMED",
    title: "timeout_sec without wait_for_change is harmless",
    request: { target: `${whole}&alt=json&timeout_sec=60` },
    expect: { status: 200, elapsedMs: soon },
  },
  {
    id: "etag-without-wait",
    grade: "LIKELY",
    title: "last_etag without wait_for_change is ignored",
    before: [first(name)],
    request: { target: `${name}?last_etag={etag}` },
    expect: { ...value, elapsedMs: soon },
  },
  {
    id: "wait-listing",
    grade: "CONFIRMED",
    title: "Waiting on a directory without recursive=true is refused at once",
    request: { target: `${instance}/?${wait}` },
    expect: { ...badRequest, elapsedMs: soon },
  },
  {
    id: "wait-listing-recursive-false",
    grade: "CONFIRMED",
    title: "Waiting on a directory with recursive=false is refused, too",
    request: { target: `${instance}/attributes/?${wait}&recursive=false&last_etag=0` },
    expect: { ...badRequest, elapsedMs: soon },
  },
  {
    id: "wait-token",
    grade: "CONFIRMED",
    title: "Waiting on a token is refused at once",
    request: { target: `${account}/token?${wait}` },
    expect: { ...badRequest, elapsedMs: soon },
  },
  {
    id: "wait-missing",
    grade: "LIKELY",
    title: "Waiting on a key that does not exist is 404 at once",
    request: { target: `${instance}/attributes/nothing?${wait}` },
    expect: { ...notFound(`${instance}/attributes/nothing`), body: /was not found on this server/, elapsedMs: soon },
  },
  ...["x", "-1", "1.5", "1s", "", "0x1", "1e3", "NaN"].flatMap((seconds) =>
    [`${wait}&last_etag=NONE&`, ""].map((prefix) => ({
      id: `timeout-bad-${seconds || "empty"}${prefix === "" ? "-without-wait" : ""}`,
      grade: "LIKELY" as const,
      title: `timeout_sec=${seconds}${prefix === "" ? " without wait_for_change" : ""} is refused`,
      request: { target: `${name}?${prefix}timeout_sec=${seconds}` },
      expect: { ...badRequest, elapsedMs: soon },
    })),
  ),
  {
    id: "timeout-huge",
    grade: "OURS",
    title: "A huge timeout_sec is no error where nothing has to be waited for",
    request: { target: `${name}?${wait}&last_etag=NONE&timeout_sec=99999999999999999999` },
    expect: { ...value, elapsedMs: soon },
  },
]);

const etags = section("3.4", [
  {
    id: "etag-stable",
    grade: "CONFIRMED",
    title: "The ETag of an unchanged node stays the same",
    before: [first(name)],
    request: { target: name },
    expect: { status: 200, headers: { ETag: "{etag}" } },
  },
  {
    id: "etag-per-node",
    grade: "CONFIRMED",
    title: "Another node has another ETag",
    before: [first(name)],
    request: { target: `${instance}/hostname` },
    expect: { status: 200, headers: { ETag: /^(?!\{etag\})[0-9a-f]{16}$/ } },
  },
  {
    id: "etag-listing",
    grade: "LIKELY",
    title: "A listing has an ETag",
    request: { target: `${instance}/` },
    expect: { status: 200, headers: { ETag: /^[0-9a-f]{16}$/ } },
  },
  {
    id: "etag-not-on-root",
    grade: "CONFIRMED",
    title: "/ has no ETag",
    request: { target: "/", flavor: null },
    expect: { status: 200, absent: ["ETag"] },
  },
  {
    id: "etag-not-on-token",
    grade: "LIKELY",
    title: "A token has no ETag",
    request: { target: `${account}/token` },
    expect: { status: 200, absent: ["ETag"] },
  },
  {
    id: "if-none-match",
    grade: "UNKNOWN-chosen",
    title: "If-None-Match is ignored",
    before: [first(name)],
    request: { target: name, headers: [["If-None-Match", "{etag}"]] },
    expect: value,
  },
]);

/** Rules about waiting and ETags. */
export const waitingRules: readonly Rule[] = [...waits, ...etags];
