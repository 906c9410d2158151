import { expect, it } from "vitest";
import { fingerprint, redactedHeaders, withFingerprints } from "../../../worker/inspector/fingerprint.ts";

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

it("is the beginning of the text's SHA-256", async () => {
  expect(await fingerprint("abc")).toBe("sha256:ba7816bf8f01");
});

it.each([
  [
    "an access token of any form",
    '{"access_token":"plain","expires_in":5}',
    '{"access_token":"F(plain)","expires_in":5}',
  ],
  ["an ID token", jwt, `F(${jwt})`],
  ["several", `a ya29.one b ${jwt}`, `a F(ya29.one) b F(${jwt})`],
  [
    "a page that quotes a query",
    "<code>/x?a=1&#38;access_token=plain&#38;b=2</code>",
    "<code>/x?a=1&#38;access_token=[redacted]&#38;b=2</code>",
  ],
])("takes the place of %s", async (_, text, wanted) => {
  const parts = wanted.split(/F\(([^)]*)\)/);
  const expected = await Promise.all(parts.map((part, i) => (i % 2 === 1 ? fingerprint(part) : part)));
  expect(await withFingerprints(text)).toBe(expected.join(""));
});

it("leaves everything else as it is", async () => {
  const text = '{"email":"a@b.c","scopes":["x"]}';
  expect(await withFingerprints(text)).toBe(text);
});

it("has no place in headers: what is secret there is struck out", () => {
  const headers = [
    ["Authorization", "Bearer s3cret"],
    ["cookie", "a=s3cret"],
    ["Proxy-Authorization", "Basic s3cret"],
    ["X-Serverless-Authorization", "Bearer s3cret"],
    ["CF-Access-Client-Secret", "s3cret"],
    ["X-aws-ec2-metadata-token", "s3cret"],
    ["X-Api-Key", "s3cret"],
    ["Location", "/x?id_token=s3cret"],
    ["Metadata-Flavor", "Google"],
  ] as const;
  const shown = redactedHeaders(headers);
  expect(JSON.stringify(shown)).not.toContain("s3cret");
  expect(shown.at(-1)).toEqual(["Metadata-Flavor", "Google"]);
});
