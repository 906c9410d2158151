import { describe, expect, it } from "vitest";
import type { LogFields, LogLevel } from "../../../worker/platform.ts";
import { createLog, type LogOptions } from "../../../worker/telemetry/log.ts";

const noon = Date.parse("2026-11-24T12:00:00Z");

function logged(
  message: string,
  fields?: LogFields,
  { level = "info", ...options }: Partial<LogOptions> & { level?: LogLevel } = {},
): string | undefined {
  const lines: string[] = [];
  createLog({ level: "debug", format: "text", now: () => noon, write: (line) => lines.push(line), ...options })(
    level,
    message,
    fields,
  );
  return lines[0];
}

describe("A text log", () => {
  it("has time, level and message, and its fields in a column", () => {
    const column = logged("Short", { status: 200 })?.indexOf("status=");
    expect(logged("Short", { status: 200 })).toMatch(/^2026-11-24T12:00:00\.000Z INFO {2}Short +status=200$/);
    expect(logged("A longer message", { status: 200 })?.indexOf("status=")).toBe(column);
  });

  it("leaves out fields without a value and quotes texts", () => {
    expect(logged("m", { a: undefined, b: 'x "y"' })).toMatch(/m +b="x \\"y\\""$/);
  });

  it("keeps a message on one line and free of what a terminal obeys", () => {
    expect(logged("one\r\ntwo\u001b[31m\u0007")).toMatch(/one \| two\?\[31m\?$/);
    // Eight-bit terminals take U+009B for the escape and its bracket.
    expect(logged("one\u009b31m")).toMatch(/one\?31m$/);
    expect(logged("m", { audience: "\nERROR \u001b[31m\u009b31m\u007f" })).toMatch(
      /audience="\\nERROR \\u001b\[31m\\u009b31m\\u007f"$/,
    );
  });

  it("is coloured for a terminal and says the same", () => {
    const plain = logged("m", { status: 404 }, { level: "warn" });
    const coloured = logged("m", { status: 404 }, { level: "warn", colour: true });
    expect(coloured).toContain("\u001b[33mWARN \u001b[0m");
    const bare = coloured
      ?.split("\u001b")
      .map((part) => part.replace(/^\[\d+m/, ""))
      .join("");
    expect(plain).toContain(bare?.slice("12:00:00.000".length));
  });

  it.each([
    ["an access token", "ya29.a0AfB_byC-secret"],
    ["a JWT", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"],
    ["a refresh token", "1//0abcdefghijklmnopqrstuvwxyz"],
    ["the rest of a private key", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"],
  ])("strikes out %s", (_, secret) => {
    const shown = secret.startsWith("MII") ? `-----BEGIN RSA PRIVATE KEY-----\n${secret}` : secret;
    expect(logged(`got ${shown}`, { value: shown })).not.toContain(secret);
  });
});

describe("A JSON log", () => {
  it("has one object a line: time, level, message, and the fields beside them", () => {
    const line = logged("Upstream call", { step: "STS", ms: 3 }, { format: "json", colour: true });
    expect(JSON.parse(line ?? "")).toEqual({
      time: "2026-11-24T12:00:00.000Z",
      level: "info",
      message: "Upstream call",
      step: "STS",
      ms: 3,
    });
  });
});
