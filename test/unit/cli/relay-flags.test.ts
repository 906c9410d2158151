import { describe, expect, it } from "vitest";
import { commandHelp } from "../../../worker/entry/cli/command-help.ts";
import { createCredential } from "../../../worker/entry/cli/credential.ts";
import { parseRelayArguments } from "../../../worker/entry/cli/relay-flags.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

const good = ["--to", "https://tokens.example.com", "--token-file", "t"];

describe("the flags of relay", () => {
  it("are read", () => {
    expect(
      parseRelayArguments([...good, "--port", "0", "--host", "[::1]", "--allow-host", "a", "--allow-host=b"]),
    ).toEqual({
      to: "https://tokens.example.com",
      credential: { file: "t" },
      address: { host: "::1", port: 0 },
      allowedHosts: ["a", "b"],
      logLevel: "info",
      logFormat: "text",
    });
    expect(parseRelayArguments(["--to=http://127.0.0.1:1", "--token-env=T", "--unix-socket=/s"])).toMatchObject({
      credential: { variable: "T" },
      address: { unixSocket: "/s" },
    });
    expect(parseRelayArguments(["--help"])).toBe("help");
  });

  it("open no address to other machines unless they say so", () => {
    expect(parseRelayArguments(good)).toMatchObject({ address: { host: "127.0.0.1", port: 8080 } });
  });

  it.each([
    ["no service", ["--token-file", "t"], "--to: Is missing"],
    ["a service by plain http", ["--to", "http://tokens.example.com", "--token", "t"], "--to: Must be an https URL"],
    ["no URL", ["--to", "tokens.example.com", "--token", "t"], "--to: Must be"],
    ["a user in the URL", ["--to", "https://u:p@x.example.com", "--token", "t"], "--to: Must not hold"],
    ["no credential", ["--to", "https://x.example.com"], "Give exactly one of"],
    ["two credentials", [...good, "--token-env", "T"], "Give exactly one of"],
    ["a misspelt flag", [...good, "--prot", "1"], 'Unknown flag "--prot", did you mean --port?'],
    ["a flag without value", ["--to", "--token", "s3cret-s3cret"], "--to: Needs a value"],
    ["a port that is none", [...good, "--port", "70000"], "--port: Must be a port"],
    ["a word too much", [...good, "s3cret-s3cret"], "Unexpected argument"],
  ])("refuse %s", (_, args, part) => {
    expect(() => parseRelayArguments(args)).toThrow(part);
    try {
      parseRelayArguments(args);
    } catch (error) {
      expect(String(error)).not.toContain("s3cret");
    }
  });

  it("fit a screen in their help", () => {
    expect(
      commandHelp("relay")
        .split("\n")
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });
});

describe("the credential of a relay", () => {
  it("is read again from its file, and the last one holds while there is none", async () => {
    const files: Record<string, string> = { t: "first\n" };
    const platform = createFakePlatform({ files });
    const credential = await createCredential({ file: "t" }, platform);
    expect(await credential()).toBe("first");
    files.t = "second";
    expect(await credential()).toBe("second");
    delete files.t;
    expect(await credential()).toBe("second");
    files.t = "two words";
    expect(await credential()).toBe("second");
    expect(JSON.stringify(platform.lines)).not.toMatch(/first|second|two words/);
  });

  it("comes from a variable", async () => {
    const credential = await createCredential({ variable: "T" }, createFakePlatform({ env: { T: "token" } }));
    expect(await credential()).toBe("token");
  });

  it.each([
    ["a missing file", { file: "none" }, "no such file"],
    ["an empty file", { file: "empty" }, "--token-file: Must hold one token"],
    ["a variable that is not set", { variable: "NONE" }, "The variable NONE is not set"],
    ["a token of two words", { token: "a b" }, "--token: Must hold one token"],
  ])("cannot be %s", async (_, from, part) => {
    const platform = createFakePlatform({ files: { empty: "\n" } });
    await expect(createCredential(from, platform)).rejects.toThrow(part);
  });
});
