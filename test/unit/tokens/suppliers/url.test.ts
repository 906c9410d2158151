import { describe, expect, it } from "vitest";
import { everyWord, failureOf, makeWorld, supplier, tokenOf } from "./fixture.ts";

const URL_ = "https://ci.example/token?audience=x";
const json = { type: "json", subject_token_field_name: "value" };

describe("a url source", () => {
  it("asks with the file's headers and takes text", async () => {
    const world = makeWorld({ answer: () => new Response("tok.en\n") });
    expect(await tokenOf({ url: URL_, headers: { Metadata: "True", Authorization: "bearer s3cret" } }, world)).toBe(
      "tok.en",
    );
    expect(world.calls).toHaveLength(1);
    expect(world.calls[0]).toMatchObject({ method: "GET", url: URL_ });
    expect(world.calls[0]?.headers.get("metadata")).toBe("True");
    expect(world.calls[0]?.headers.get("authorization")).toBe("bearer s3cret");
  });

  it("takes a field of a JSON answer", async () => {
    const world = makeWorld({ answer: () => Response.json({ value: "tok.en", expires_on: "1" }) });
    expect(await tokenOf({ url: URL_, format: json }, world)).toBe("tok.en");
  });

  it("asks again at every call", async () => {
    let count = 0;
    const world = makeWorld({ answer: () => new Response(`token ${++count}`) });
    const source = supplier({ url: URL_ }, world);
    expect((await source.token(new AbortController().signal)).value).toBe("token 1");
    expect((await source.token(new AbortController().signal)).value).toBe("token 2");
  });

  it.each([
    ["nothing", "", undefined, "it is empty"],
    ["no JSON", "<html>s3cret", json, "it is not valid JSON"],
    ["JSON without the field", '{"id":"s3cret"}', json, 'it has no field "value"'],
  ])("calls %s garbage", async (_name, body, format, reason) => {
    const world = makeWorld({ answer: () => new Response(body) });
    const error = await failureOf(tokenOf({ url: URL_, ...(format === undefined ? {} : { format }) }, world));
    expect(error).toMatchObject({ failure: "garbage", step: "subject token" });
    expect(error.message).toBe(`Step "subject token": Cannot use the answer of "https://ci.example/token": ${reason}`);
    expect(everyWord(error)).not.toContain("s3cret");
  });

  it.each([
    ["a 403", () => new Response("no", { status: 403 }), { failure: "rejected", status: 403 }],
    ["a 500", () => new Response("no", { status: 500 }), { failure: "unavailable" }],
    ["a reset", () => Promise.reject(new TypeError("reset")), { failure: "unavailable" }],
  ])("tells %s without the headers' secrets", async (_name, answer, expected) => {
    const world = makeWorld({ answer });
    const error = await failureOf(tokenOf({ url: URL_, headers: { Authorization: "bearer s3cret" } }, world));
    expect(error).toMatchObject({ step: "subject token", ...expected });
    expect(error.message).toContain("https://ci.example/token");
    expect(everyWord(error)).not.toContain("s3cret");
  });

  it.each([
    "https://anywhere.example/token",
    "http://127.0.0.1:8000/token",
    "http://localhost/token",
    "http://[::1]:5/token",
    "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01",
    "http://[fd00:ec2::254]/token",
    "http://[fd00:0ec2:0:0:0:0:0:254]/token",
  ])("accepts %s", (url) => {
    expect(supplier({ url }, makeWorld()).kind).toBe("url");
  });

  it.each([
    ["http://ci.example/token", "Must be an https URL"],
    ["http://169.254.169.254.example/token", "Must be an https URL"],
    ["http://169.254.169.253/token", "Must be an https URL"],
    ["http://127.0.0.1.example/token", "Must be an https URL"],
    ["http://user:s3cret@127.0.0.1/token", "Must not hold a user name or password"],
    ["https://s3cret@ci.example/token", "Must not hold a user name or password"],
    ["file:///etc/passwd", "Must be an https URL"],
    ["data:text/plain,token", "Must be an https URL"],
    ["/token", "Must be a URL"],
  ])("refuses %s", (url, reason) => {
    const world = makeWorld();
    expect(() => supplier({ url }, world)).toThrow(
      `Cannot use credential file "wif.json": credential_source.url: ${reason}`,
    );
    expect(() => supplier({ url }, world)).not.toThrow("s3cret");
  });

  it("refuses headers that are not strings", () => {
    expect(() => supplier({ url: URL_, headers: { a: 1 } }, makeWorld())).toThrow();
  });
});
