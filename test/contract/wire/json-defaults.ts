/**
 * The JSON of a machine without configuration (mds-behaviour.md 4).
 *
 * @module
 */
import { instance, json, v1 } from "./expectations.ts";
import { type BodyRule, type Rule, section } from "./rule.ts";

const whole = `${v1}/?recursive=true`;
const has = (...pieces: string[]): BodyRule => ({ contains: pieces });

const defaults = section("4", [
  {
    id: "json-oslogin",
    grade: "CONFIRMED",
    title: "oslogin is only its empty sessions",
    section: "9",
    request: { target: `${v1}/oslogin/?recursive=true` },
    expect: json('{"authenticate":{"sessions":{}}}'),
  },
  {
    id: "json-guest-attributes-disabled",
    grade: "CONFIRMED",
    title: "Disabled guest attributes show as {} and an empty description as an empty string",
    request: { target: `${instance}/?recursive=true` },
    expect: json(has('"guestAttributes":{}', '"description":""', '"tags":[]', '"attributes":{}')),
  },
  {
    id: "json-types",
    grade: "CONFIRMED",
    title: "Numbers are numbers and upper-case words are strings",
    request: { target: `${instance}/?recursive=true` },
    expect: json({
      says: "types as in section 4",
      check: (body) => {
        const wanted = [
          /"id":\d{17,20}[,}]/,
          /"remainingCpuTime":-1[,}]/,
          /"index":0[,}]/,
          /"mtu":\d+[,}]/,
          /"driftToken":"\d+"/,
          /"preempted":"(?:TRUE|FALSE)"/,
          /"automaticRestart":"(?:TRUE|FALSE)"/,
          /"preemptible":"(?:TRUE|FALSE)"/,
          /"licenses":\[\{"id":"\d+"\}/,
        ];
        const missing = wanted.filter((pattern) => !pattern.test(body));
        return missing.length === 0 ? undefined : `does not match ${missing.join(", ")}`;
      },
    }),
  },
  {
    id: "json-no-service-account",
    grade: "CONFIRMED",
    setup: "bare",
    title: 'Without a service account there is "serviceAccounts":{}',
    request: { target: `${instance}/?recursive=true` },
    expect: json(has('"serviceAccounts":{}')),
  },
  {
    id: "json-no-universe",
    grade: "CONFIRMED",
    section: "12",
    title: "universe is not in the recursive root",
    request: { target: whole },
    expect: json({ says: "no universe", check: (body) => (/universe/i.test(body) ? "mentions universe" : undefined) }),
  },
]);

/** Rules about default JSON. */
export const defaultJsonRules: readonly Rule[] = defaults;
