/**
 * Guest attributes: switched off, written, read, removed, and their limits (mds-behaviour.md 7; clients.md R23).
 *
 * @module
 */
import { instance, json, listing, notAllowed, notFound, text } from "./expectations.ts";
import { type Expectation, type Rule, type RuleDraft, type Step, section } from "./rule.ts";

const guests = `${instance}/guest-attributes`;

const disabled: Expectation = {
  status: 403,
  headers: { "Content-Type": /^text\/plain/ },
  absent: ["ETag"],
  body: /^Guest attributes endpoint access is disabled\.\n?$/,
};

const closed = section("7", [
  ...(
    [
      ["GET", `${guests}/`],
      ["GET", `${guests}/ns/key`],
      ["GET", `${guests}/?recursive=true`],
      ["PUT", `${guests}/ns/key`],
      ["DELETE", `${guests}/ns/key`],
    ] as const
  ).map(([method, target]) => ({
    id: `guest-disabled-${method}-${target.slice(guests.length + 1) || "root"}`,
    grade: "CONFIRMED" as const,
    title: `${method} on guest attributes without enable-guest-attributes is 403 in plain text`,
    request: { method, target, ...(method === "PUT" ? { body: "v" } : {}) },
    expect: disabled,
  })),
]);

const put = (path: string, body: string, headers: readonly (readonly [string, string])[] = []): Step => ({
  request: { method: "PUT", target: `${guests}/${path}`, body, headers },
  expect: { status: 200 },
});

/** A rule about guest attributes that writes, each in a namespace of its own. */
const writing = (
  id: string,
  title: string,
  rest: Pick<RuleDraft, "before" | "request" | "expect"> & { readonly grade?: RuleDraft["grade"] },
): RuleDraft => ({
  id: `guest-${id}`,
  grade: "CONFIRMED",
  title,
  ...rest,
});

const opened = section(
  "7",
  [
    writing("put", "PUT answers exactly 200 (R23)", {
      request: { method: "PUT", target: `${guests}/put/key`, body: "value" },
      expect: { status: 200, body: "" },
    }),
    writing("read", "What was put is read back verbatim", {
      before: [put("read/key", "a\n b\u00a0ü\n")],
      request: { target: `${guests}/read/key` },
      expect: text("a\n b\u00a0ü\n"),
    }),
    writing("byte-order-mark", "A byte order mark is part of the value", {
      before: [put("mark/key", "\ufefftext")],
      request: { target: `${guests}/mark/key` },
      expect: text("\ufefftext"),
    }),
    ...(["application/x-www-form-urlencoded", "application/json; charset=utf-8", "text/plain"] as const).map((type) =>
      writing(`put-${type.split(/[;/]/)[1]}`, `PUT takes a body of type ${type} as it is`, {
        before: [put(`types/${type.split(/[;/]/)[1]}`, '{"a":"b"}', [["Content-Type", type]])],
        request: { target: `${guests}/types/${type.split(/[;/]/)[1]}` },
        expect: text('{"a":"b"}'),
      }),
    ),
    writing("put-empty", "An empty value is allowed", {
      before: [put("empty/key", "")],
      request: { target: `${guests}/empty/key` },
      expect: text(""),
    }),
    writing("put-again", "PUT replaces", {
      before: [put("again/key", "1"), put("again/key", "2")],
      request: { target: `${guests}/again/key` },
      expect: text("2"),
    }),
    writing("listing", "A namespace lists one key per line", {
      before: [put("hostkeys/ssh-rsa", "r"), put("hostkeys/ssh-ed25519", "e")],
      request: { target: `${guests}/hostkeys/` },
      expect: listing("ssh-ed25519", "ssh-rsa"),
    }),
    writing("root-listing", "The root lists namespaces", {
      before: [put("rooted/key", "v")],
      request: { target: `${guests}/` },
      expect: text(/^rooted\/\n/m),
    }),
    writing("recursive", "Recursive JSON is namespace, key, value", {
      grade: "LIKELY",
      before: [put("deep/key", "v"), put("deep/number", "7")],
      request: { target: `${guests}/deep/?recursive=true` },
      expect: json('{"key":"v","number":"7"}'),
    }),
    writing("in-the-instance", "Guest attributes are in the instance's recursive JSON", {
      grade: "LIKELY",
      before: [put("whole/key", "v")],
      request: { target: `${instance}/?recursive=true` },
      expect: json({ contains: ['"whole":{"key":"v"}'] }),
    }),
    writing("delete", "DELETE removes one key", {
      before: [
        put("gone/key", "v"),
        put("gone/other", "v"),
        { request: { method: "DELETE", target: `${guests}/gone/key` }, expect: { status: 200 } },
      ],
      request: { target: `${guests}/gone/key` },
      expect: notFound(`${guests}/gone/key`),
    }),
    writing("missing", "A missing key is 404", {
      request: { target: `${guests}/missing/key` },
      expect: notFound(`${guests}/missing/key`),
    }),
    writing("etag-changes", "A change changes the ETag of the key", {
      before: [
        put("tag/key", "1"),
        { request: { target: `${guests}/tag/key` }, expect: { status: 200 }, remember: { etag: { header: "ETag" } } },
        put("tag/key", "2"),
      ],
      request: { target: `${guests}/tag/key` },
      expect: { status: 200, headers: { ETag: /^(?!\{etag\})[0-9a-f]{16}$/ } },
    }),
    writing("special-keys", "__proto__ is an ordinary key", {
      before: [put("special/__proto__", "p"), put("special/constructor", "c")],
      request: { target: `${guests}/special/` },
      expect: listing("__proto__", "constructor"),
    }),
    ...(["", "nokey", "nokey/"] as const).map((path) =>
      writing(
        `no-key-${path.replace("/", "-slash") || "root"}`,
        `PUT ${path || "without namespace"} is refused: namespace and key are needed`,
        {
          grade: "OURS",
          request: { method: "PUT", target: `${guests}/${path}`, body: "v" },
          expect: { status: 400 },
        },
      ),
    ),
    writing("key-longest", "A key of 128 bytes is taken", {
      request: { method: "PUT", target: `${guests}/long/${"k".repeat(128)}`, body: "v" },
      expect: { status: 200 },
    }),
    writing("key-too-long", "A key of 129 bytes is refused", {
      grade: "OURS",
      request: { method: "PUT", target: `${guests}/long/${"k".repeat(129)}`, body: "v" },
      expect: { status: 400 },
    }),
    writing("namespace-too-long", "A namespace of 129 bytes is refused", {
      grade: "OURS",
      request: { method: "PUT", target: `${guests}/${"n".repeat(129)}/key`, body: "v" },
      expect: { status: 400 },
    }),
    writing("value-largest", "A value of 256 KiB is taken", {
      request: { method: "PUT", target: `${guests}/large/key`, body: "v".repeat(262_144) },
      expect: { status: 200 },
    }),
    writing("value-too-large", "A larger value is refused", {
      grade: "OURS",
      request: { method: "PUT", target: `${guests}/large/more`, body: "v".repeat(262_145) },
      expect: { status: 413 },
    }),
    writing("post", "POST on a guest attribute is 405", {
      request: { method: "POST", target: `${guests}/ns/key`, body: "v" },
      expect: notAllowed(/\bGET\b/),
    }),
    writing("flavor", "PUT needs the header, too", {
      request: { method: "PUT", target: `${guests}/ns/unflavoured`, body: "v", flavor: null },
      expect: { status: 403 },
    }),
  ],
  "rich",
);

/** Rules about guest attributes. */
export const guestAttributeRules: readonly Rule[] = [...closed, ...opened];
