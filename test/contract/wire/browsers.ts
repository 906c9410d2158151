/**
 * What web pages get: nothing (interface.md, "Who is let in"). A server on a developer's machine can be reached by them, the
 * real one cannot.
 *
 * @module
 */
import { instance, notAllowed, refused, text, v1 } from "./expectations.ts";
import { type Rule, type RuleRequest, section } from "./rule.ts";

const target = `${v1}/project/project-id`;
const value = text(/^[a-z][a-z0-9-]+$/);

const fromBrowser = (
  id: string,
  title: string,
  headers: RuleRequest["headers"],
  expect: Rule["expect"],
  path = target,
) => ({
  id: `browser-${id}`,
  grade: "OURS" as const,
  title,
  request: { target: path, host: "127.0.0.1:PORT", headers: headers ?? [] },
  expect,
});

const browsers = section("who is let in", [
  fromBrowser("origin", "A foreign Origin is refused", [["Origin", "https://example.com"]], refused),
  fromBrowser("origin-null", "Origin: null is refused", [["Origin", "null"]], refused),
  fromBrowser(
    "origin-other-port",
    "An Origin with another port is refused",
    [["Origin", "http://127.0.0.1:1"]],
    refused,
  ),
  ...["/", "/nothing", "/emulator/", "/emulator/v1/health", "/emulator/v1/issuer/jwks"].map((path) =>
    fromBrowser(
      `origin-on-${path === "/" ? "root" : path.slice(1).replace(/\/$/, "").replaceAll("/", "-")}`,
      `A foreign Origin is refused on ${path}, too`,
      [["Origin", "https://example.com"]],
      refused,
      path,
    ),
  ),
  fromBrowser("cross-site", "Sec-Fetch-Site: cross-site is refused", [["Sec-Fetch-Site", "cross-site"]], refused),
  fromBrowser("same-site", "Sec-Fetch-Site: same-site is refused", [["Sec-Fetch-Site", "same-site"]], refused),
  fromBrowser("same-origin", "Sec-Fetch-Site: same-origin is served", [["Sec-Fetch-Site", "same-origin"]], value),
  fromBrowser("none", "Sec-Fetch-Site: none (the address bar) is served", [["Sec-Fetch-Site", "none"]], value),
  fromBrowser(
    "own-origin",
    "The server's own Origin is served, without any CORS header",
    [["Origin", "http://127.0.0.1:PORT"]],
    {
      ...value,
      absent: ["Access-Control-Allow-Origin", "Access-Control-Allow-Headers", "Access-Control-Allow-Credentials"],
    },
  ),
  fromBrowser(
    "referer",
    "A Referer of another site is refused",
    [["Referer", "https://example.com/page?x=http://127.0.0.1"]],
    refused,
  ),
  fromBrowser(
    "referer-lookalike",
    "A Referer whose host only begins like ours is refused",
    [["Referer", "http://127.0.0.1:PORT.example.com/"]],
    refused,
  ),
  fromBrowser(
    "referer-joined",
    "A Referer of our own page and another site's, joined as proxies join two headers, is refused",
    [["Referer", "http://127.0.0.1:PORT/, https://example.com/"]],
    refused,
  ),
  fromBrowser(
    "referer-twice",
    "Two Referer headers of which one is another site's are refused",
    [
      ["Referer", "http://127.0.0.1:PORT/"],
      ["Referer", "https://example.com/"],
    ],
    refused,
  ),
  fromBrowser(
    "referer-space",
    "A Referer with a space in it is no URL, and refused",
    [["Referer", "http://127.0.0.1:PORT/a page"]],
    refused,
  ),
  fromBrowser(
    "referer-own",
    "A Referer of the server's own pages is served",
    [["Referer", "http://127.0.0.1:PORT/emulator/"]],
    value,
  ),
  {
    ...fromBrowser(
      "preflight",
      "A preflight is refused",
      [
        ["Origin", "https://example.com"],
        ["Access-Control-Request-Headers", "metadata-flavor"],
      ],
      {
        status: [403, 405],
        absent: ["Access-Control-Allow-Origin", "Access-Control-Allow-Headers"],
      },
    ),
    request: {
      method: "OPTIONS",
      target,
      flavor: null,
      headers: [
        ["Origin", "https://example.com"],
        ["Access-Control-Request-Method", "GET"],
        ["Access-Control-Request-Headers", "metadata-flavor"],
      ],
    },
  },
  {
    id: "options",
    grade: "OURS",
    title: "OPTIONS is 405",
    request: { method: "OPTIONS", target: `${instance}/id` },
    expect: { ...notAllowed(), absent: ["Access-Control-Allow-Origin", "Access-Control-Allow-Methods"] },
  },
  {
    id: "options-on-control",
    grade: "OURS",
    title: "OPTIONS is 405 where there would be nothing for another method, too",
    request: { method: "OPTIONS", target: "/emulator/v1/events", flavor: null },
    expect: { ...notAllowed("POST"), absent: ["Access-Control-Allow-Origin", "Access-Control-Allow-Methods"] },
  },
]);

/** Rules about browsers. */
export const browserRules: readonly Rule[] = browsers;
