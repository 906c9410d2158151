import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everyWord, failureOf, makeWorld, supplier, tokenOf } from "./fixture.ts";

const PATH = "/var/run/secrets/tokens/gcp";
const json = { type: "json", subject_token_field_name: "access_token" };

describe("a file source", () => {
  it.each([
    ["text by default", undefined, "tok.en", "tok.en"],
    ["text with a newline at the end", { type: "text" }, " tok.en\r\n", "tok.en"],
    ["a format without type as text", {}, "tok.en", "tok.en"],
    ["a field of a JSON object", json, '{"n":12345678901234567890,"access_token":"tok.en"}', "tok.en"],
  ])("reads %s", async (_name, format, content, token) => {
    const world = makeWorld({ files: { [PATH]: content } });
    expect(await tokenOf({ file: PATH, ...(format === undefined ? {} : { format }) }, world)).toBe(token);
  });

  it("is read again at every call", async () => {
    const world = makeWorld({ files: { [PATH]: "first" } });
    const source = supplier({ file: PATH }, world);
    const signal = new AbortController().signal;
    expect((await source.token(signal)).value).toBe("first");
    world.files.set(PATH, "second");
    expect((await source.token(signal)).value).toBe("second");
  });

  it.each([
    ["missing", undefined, undefined, "Cannot read subject token file", "ENOENT"],
    ["empty", " \n", undefined, "Cannot use subject token file", "it is empty"],
    ["a page", "<html>s3cret</html>", undefined, "Cannot use subject token file", "it is a page"],
    ["not JSON", '{"access_token":"s3cret"', json, "Cannot use subject token file", "it is not valid JSON"],
    ["an array", '["s3cret"]', json, "Cannot use subject token file", "it is not a JSON object"],
    [
      "without the field",
      '{"id_token":"s3cret"}',
      json,
      "Cannot use subject token file",
      'it has no field "access_token"',
    ],
    [
      "with an inherited field only",
      "{}",
      { type: "json", subject_token_field_name: "toString" },
      "Cannot use",
      "no field",
    ],
    ["with a number", '{"access_token":5}', json, "Cannot use subject token file", "is not a string"],
    ["with an empty field", '{"access_token":""}', json, "Cannot use subject token file", "is empty"],
  ])("is unavailable when the file is %s", async (_name, content, format, start, reason) => {
    const world = makeWorld({ files: content === undefined ? {} : { [PATH]: content } });
    const error = await failureOf(tokenOf({ file: PATH, ...(format === undefined ? {} : { format }) }, world));
    expect(error).toMatchObject({ failure: "unavailable", step: "subject token" });
    expect(error.message).toContain(`"${PATH}"`);
    expect(error.message).toContain(start);
    expect(error.message).toContain(reason);
    expect(everyWord(error)).not.toContain("s3cret");
  });

  it("gives up when the time is over, even if the file never ends", async () => {
    const world = makeWorld();
    const platform = { ...world.platform, readTextFile: () => new Promise<string>(() => {}) };
    const abort = new AbortController();
    const work = supplier({ file: "/dev/fifo" }, world, { platform }).token(abort.signal);
    abort.abort();
    expect(await failureOf(work)).toMatchObject({ failure: "unavailable" });
  });

  it("is refused where the runtime reads no files", () => {
    const world = makeWorld({ without: ["readTextFile"] });
    expect(() => supplier({ file: PATH }, world)).toThrow(
      'credential file "wif.json": Cannot use a file credential source on testland: this runtime reads no files',
    );
  });

  it.each([
    ["an unknown format", { type: "yaml" }],
    ["JSON without a field name", { type: "json" }],
    ["JSON with an empty field name", { type: "json", subject_token_field_name: "" }],
  ])("is refused with %s", (_name, format) => {
    expect(() => supplier({ file: PATH, format }, makeWorld())).toThrow();
  });

  it("gives back any token that was written in either format", async () => {
    const token = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !text.startsWith("<"));
    await fc.assert(
      fc.asyncProperty(token, fc.string({ minLength: 1 }), async (value, field) => {
        // `__proto__` in a literal would set the prototype; JSON text has it as an ordinary key.
        const text = `{${JSON.stringify(field)}:${JSON.stringify(value)}}`;
        const world = makeWorld({ files: { text: `${value}\n`, json: text } });
        expect(await tokenOf({ file: "text" }, world)).toBe(value);
        expect(await tokenOf({ file: "json", format: { type: "json", subject_token_field_name: field } }, world)).toBe(
          value,
        );
      }),
    );
  });

  it("never shows what it could not use", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (text) => {
        const world = makeWorld({ files: { f: `{${text}MARKED-SECRET` } });
        expect(everyWord(await failureOf(tokenOf({ file: "f", format: json }, world)))).not.toContain("MARKED-SECRET");
      }),
    );
  });
});
