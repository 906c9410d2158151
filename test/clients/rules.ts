/**
 * What the rules R1 to R26 of the clients say, in a few words each.
 *
 * @module
 */
export const rules: Readonly<Record<string, string>> = {
  R1: "`GET /` is 200 with `Metadata-Flavor: Google`, also without that header in the request",
  R2: "the header is spelt `Metadata-Flavor`, byte for byte",
  R3: "it is on every answer, errors and redirects too",
  R4: "values end without a newline; lines of a listing have one",
  R5: "content types: `application/json`, `application/text`, `text/html` for identity, without parameters",
  R6: "a folder without its slash is a 301 to itself with one, by the request's `Host`, query kept",
  R7: "accounts answer by alias and by e-mail",
  R8: "`?recursive=true` of an account has `email`, `scopes`, `aliases`",
  R9: "queries are read with tolerance: `True`, raw audiences, unknown keys, scopes in any encoding",
  R10: "`recursive=true` on a leaf is the leaf",
  R11: "a token is `access_token`, `expires_in` as a number, `token_type` Bearer",
  R12: "a token has more than 360 s left",
  R13: "an ID token is an unpadded JWT with `exp`, the audience asked for, and Google as issuer",
  R14: "`Content-Length`, no chunks, no compression; `Connection: close` and HTTP/1.0",
  R15: "`Accept`, `User-Agent` and the like change nothing",
  R16: "all names of the server are accepted as `Host`, with port or trailing dot",
  R17: "`X-Forwarded-For`, or no `Metadata-Flavor`, is 403",
  R18: "it answers fast, from the first request on",
  R19: "`PUT /latest/api/token` is not 200 and has the header; `/latest/` is 404",
  R20: "the universe is `googleapis.com`; the old spelling of its name is 404",
  R21: "ETags and `wait_for_change`, with `last_etag` and `timeout_sec`",
  R22: "the tree in camelCase, ids with every digit, attributes as strings, `alt=json`",
  R23: "`PUT` of a guest attribute; `HEAD` is handled, other methods are 405",
  R24: "`metadata-flavor` in lower case is as good",
  R25: "no error looks like a token",
  R26: "a doubled slash below the version counts as one, and a wait really waits",
};
