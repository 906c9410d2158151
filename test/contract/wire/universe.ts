/**
 * The universe domain (mds-behaviour.md 12; clients.md R10, R20).
 *
 * @module
 */
import { notFound, text, v1 } from "./expectations.ts";
import { type Rule, section } from "./rule.ts";

const universe = section("12", [
  {
    id: "universe-domain",
    grade: "UNKNOWN-chosen",
    title: "The default universe answers googleapis.com, without a newline (R20)",
    request: { target: `${v1}/universe/universe-domain` },
    expect: text("googleapis.com"),
  },
  {
    id: "universe-domain-recursive",
    grade: "CONFIRMED",
    title: "recursive=true on it gives the bare text (R10)",
    request: { target: `${v1}/universe/universe-domain?recursive=true` },
    expect: text("googleapis.com"),
  },
  {
    id: "universe-underscore",
    grade: "CONFIRMED",
    title: "The spelling with an underscore is 404 (R20)",
    request: { target: `${v1}/universe/universe_domain` },
    expect: notFound(`${v1}/universe/universe_domain`),
  },
]);

/** Rules about the universe. */
export const universeRules: readonly Rule[] = universe;
