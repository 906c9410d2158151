/**
 * Service accounts and their leaves (mds-behaviour.md 6; clients.md R7, R8).
 *
 * @module
 */
import { account, errorPage, instance, listing, notFound, text } from "./expectations.ts";
import { type Rule, section } from "./rule.ts";
import { rich } from "./setups.ts";

const accounts = `${instance}/service-accounts`;
const own = `${accounts}/${rich.email}`;
const other = `${accounts}/${rich.other}`;
const children = ["aliases", "email", "identity", "scopes", "token"];

const listings = section(
  "6",
  [
    {
      id: "accounts-listing",
      grade: "CONFIRMED",
      title: "Accounts are listed by e-mail and default, in byte order",
      request: { target: `${accounts}/` },
      expect: listing(`${rich.email}/`, `${rich.other}/`, "default/"),
    },
    ...[account, own, other].map((target, index) => ({
      id: `account-listing-${["default", "own", "other"][index]}`,
      grade: "CONFIRMED" as const,
      title: `${target.slice(instance.length + 1)}/ lists its five children (R7)`,
      request: { target: `${target}/` },
      expect: listing(...children),
    })),
    ...[account, own].map((target, index) => ({
      id: `account-email-${index === 0 ? "default" : "own"}`,
      grade: "CONFIRMED" as const,
      title: "The e-mail is a bare line without newline (R4)",
      request: { target: `${target}/email` },
      expect: text(rich.email),
    })),
    {
      id: "account-other-email",
      grade: "CONFIRMED",
      title: "A second account has its own e-mail",
      request: { target: `${other}/email` },
      expect: text(rich.other),
    },
    ...[account, own].map((target, index) => ({
      id: `account-aliases-${index === 0 ? "default" : "own"}`,
      grade: "LIKELY" as const,
      title: "Both entries of the default account have the alias default",
      request: { target: `${target}/aliases` },
      expect: text(/^default\n?$/),
    })),
    {
      id: "account-aliases-json",
      grade: "CONFIRMED",
      title: "aliases are an array as JSON",
      request: { target: `${own}/aliases?alt=json` },
      expect: { status: 200, headers: { "Content-Type": "application/json" }, body: '["default"]' },
    },
    {
      id: "account-scopes",
      grade: "LIKELY",
      section: "2",
      title: "Scopes are one per line, the last one with its newline, too",
      request: { target: `${account}/scopes` },
      expect: text(rich.scopes.map((scope) => `${scope}\n`).join("")),
    },
    ...["", "email", "scopes", "aliases", "token", "identity?audience=a"].map((child) => ({
      id: `account-unknown-${child.split("?")[0] || "listing"}`,
      grade: "CONFIRMED" as const,
      title: `An unknown account has no ${child || "listing"}`,
      request: { target: `${accounts}/nobody@example.iam.gserviceaccount.com/${child}` },
      expect: { ...errorPage(404, "was not found on this server"), absent: ["ETag"] },
    })),
    {
      id: "account-unknown-child",
      grade: "CONFIRMED",
      title: "An account has no other children",
      request: { target: `${account}/unique-id` },
      expect: notFound(`${account}/unique-id`),
    },
    ...["", "token", "email", "scopes", "identity?audience=a"].map((child) => ({
      id: `account-none-${child.split("?")[0] || "listing"}`,
      grade: "CONFIRMED" as const,
      setup: "bare" as const,
      title: `A machine without service account has no default/${child}`,
      request: { target: `${account}/${child}` },
      expect: { ...errorPage(404, "was not found on this server"), absent: ["ETag"] },
    })),
    {
      id: "accounts-none-listing",
      grade: "CONFIRMED",
      setup: "bare",
      title: "A machine without service account lists none",
      request: { target: `${accounts}/` },
      expect: listing(),
    },
    {
      id: "account-default-by-itself",
      grade: "CONFIRMED",
      setup: "vm",
      title: "Without configuration the Compute Engine account is default",
      request: { target: `${accounts}/` },
      expect: text(/^\d+-compute@developer\.gserviceaccount\.com\/\ndefault\/\n$/),
    },
  ],
  "rich",
);

/** Rules about accounts. */
export const accountRules: readonly Rule[] = listings;
