/**
 * What an upstream may answer to a request for a token, and what becomes of it: data of the source contract.
 *
 * @module
 */
import type { TokenFailure } from "../../worker/tokens/types.ts";
import type { Failure } from "../fakes/google/failures.ts";

export interface Expected {
  readonly failure: TokenFailure;
  readonly status?: number;
  /** Tries in all. */
  readonly tries: number;
}

const json = (body: unknown) => ({ status: 200, body: JSON.stringify(body) });
/** What an upstream does for ever, and what becomes of it. */
export const failures: readonly [string, Omit<Failure, "path">, Expected][] = [
  [
    "400 in OAuth's shape",
    { status: 400, body: '{"error":"invalid_grant","error_description":"words of Google"}' },
    { failure: "rejected", status: 400, tries: 1 },
  ],
  [
    "403 in the API's shape",
    { status: 403, body: '{"error":{"code":403,"message":"words of Google","status":"PERMISSION_DENIED"}}' },
    { failure: "rejected", status: 403, tries: 1 },
  ],
  ["404", { status: 404, body: "words of Google" }, { failure: "rejected", status: 404, tries: 1 }],
  ["429", { status: 429, body: "words of Google" }, { failure: "rejected", status: 429, tries: 3 }],
  ["500", { status: 500, body: "words of Google" }, { failure: "unavailable", tries: 3 }],
  [
    "503 as a page",
    { status: 503, body: "<html><body>Service Unavailable</body></html>" },
    { failure: "unavailable", tries: 3 },
  ],
  ["a broken connection", { reset: true }, { failure: "unavailable", tries: 3 }],
  [
    "a redirect",
    { status: 302, body: "", headers: { location: "https://evil.example/" } },
    { failure: "unavailable", tries: 1 },
  ],
  ["200 with a page", { status: 200, body: "<html>Sign in</html>" }, { failure: "garbage", tries: 1 }],
  ["200 with nothing", { status: 200, body: "" }, { failure: "garbage", tries: 1 }],
  ["200 with a list", json([]), { failure: "garbage", tries: 1 }],
  [
    "200 without a token",
    json({ expires_in: 3599, expireTime: "2026-11-24T13:00:00Z" }),
    { failure: "garbage", tries: 1 },
  ],
  [
    "200 with tokens of a wrong kind",
    json({ access_token: 5, accessToken: {}, id_token: [], token: null, expires_in: 3599 }),
    { failure: "garbage", tries: 1 },
  ],
  ["200 with line breaks in the tokens", json(every("a\nb")), { failure: "garbage", tries: 1 }],
  ["200 with empty tokens", json(every("")), { failure: "garbage", tries: 1 }],
  [
    "200 with tokens of no known life",
    json({ ...every("opaque"), expires_in: true, expireTime: "soon" }),
    { failure: "garbage", tries: 1 },
  ],
  [
    "200 with tokens that are over",
    json({ ...every("opaque"), expires_in: 0, expireTime: "2026-11-24T11:00:00Z" }),
    { failure: "garbage", tries: 1 },
  ],
  [
    "200 with tokens that live longer than arithmetic goes",
    json({ ...every("opaque"), expires_in: "9".repeat(400), expireTime: "soon" }),
    { failure: "garbage", tries: 1 },
  ],
  [
    "200 with tokens that live longer than anybody",
    json({ ...every("opaque"), expires_in: 1e300, expireTime: "soon" }),
    { failure: "garbage", tries: 1 },
  ],
  ["200 with two mebibytes", { status: 200, body: "x".repeat(2 * 1024 * 1024) }, { failure: "garbage", tries: 1 }],
];

function every(token: string) {
  return {
    access_token: token,
    accessToken: token,
    id_token: token,
    token,
    expires_in: 3599,
    expireTime: "2026-11-24T13:00:00Z",
  };
}
