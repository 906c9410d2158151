import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readExecutableResponse } from "../../../../worker/tokens/suppliers/executable-response.ts";
import { AUDIENCE, everyWord, failureOf, makeWorld, NOW, type Program, supplier, tokenOf } from "./fixture.ts";

const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const JWT = "urn:ietf:params:oauth:token-type:jwt";
const SAML = "urn:ietf:params:oauth:token-type:saml2";
const SECONDS = Math.floor(NOW / 1000);
const OUTPUT = "/tmp/cache.json";
const ALLOWED = { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: "1" };

const good = { version: 1, success: true, token_type: ID_TOKEN, id_token: "s3cret.jwt", expiration_time: SECONDS + 60 };
const prints = (response: unknown, exitCode = 0): Program => {
  const stdout = typeof response === "string" ? response : JSON.stringify(response);
  return () => ({ exitCode, stdout, stderr: "s3cret on stderr" });
};
const source = (more: object = {}) => ({ executable: { command: "/bin/token --for 'my pool'", ...more } });
const world = (program?: Program, more: { files?: Record<string, string>; env?: Record<string, string> } = {}) =>
  makeWorld({
    env: { ...ALLOWED, ...more.env },
    files: more.files ?? {},
    ...(program === undefined ? {} : { program }),
  });

describe("an executable source", () => {
  it.each([
    ["an ID token", good, "s3cret.jwt"],
    ["a JWT", { ...good, token_type: JWT }, "s3cret.jwt"],
    ["a SAML response", { version: 1, success: true, token_type: SAML, saml_response: "PHNhbWw+" }, "PHNhbWw+"],
    ["a token without expiry when there is no output file", { ...good, expiration_time: undefined }, "s3cret.jwt"],
  ])("takes %s", async (_name, response, token) => {
    expect(await tokenOf(source(), world(prints(response)))).toBe(token);
  });

  it("runs the words of the command with the protocol's variables and a clean environment", async () => {
    const env = {
      PATH: "/bin",
      HOME: "/home/u",
      AWS_SECRET_ACCESS_KEY: "s3cret",
      GOOGLE_APPLICATION_CREDENTIALS_JSON: "{}",
    };
    const here = world(prints(good), { env });
    const context = { impersonatedEmail: "sa@p.iam.gserviceaccount.com" };
    await supplier(source({ output_file: OUTPUT }), here, context).token(new AbortController().signal);
    expect(here.programs).toHaveLength(1);
    expect(here.programs[0]?.command).toEqual(["/bin/token", "--for", "my pool"]);
    expect(here.programs[0]?.options.timeoutMs).toBe(30_000);
    expect(here.programs[0]?.options.env).toEqual({
      PATH: "/bin",
      HOME: "/home/u",
      GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE: AUDIENCE,
      GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE: JWT,
      GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE: "0",
      GOOGLE_EXTERNAL_ACCOUNT_IMPERSONATED_EMAIL: "sa@p.iam.gserviceaccount.com",
      GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE: OUTPUT,
    });
  });

  it("leaves out the variables of what the file does not have", async () => {
    const here = world(prints(good));
    await tokenOf(source({ timeout_millis: 5_000 }), here);
    expect(here.programs[0]?.options.timeoutMs).toBe(5_000);
    expect(Object.keys(here.programs[0]?.options.env ?? {}).sort()).toEqual([
      "GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE",
      "GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE",
      "GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE",
    ]);
  });

  it.each<[string, Program | undefined, string, string]>([
    ["cannot be started", undefined, "unavailable", "it could not be run (ENOENT)"],
    [
      "prints too much",
      () => Promise.reject(Object.assign(new Error("s3cret"), { code: "ERR_CHILD_PROCESS_STDIO_MAXBUFFER" })),
      "unavailable",
      "it printed more than a token has",
    ],
    ["exits with an error", prints("s3cret", 3), "unavailable", "it exited with code 3"],
    [
      "exits with an error and its own words",
      prints({ version: 1, success: false, code: "401", message: "Log in\nfirst" }, 1),
      "unavailable",
      'it exited with code 1, it answered code "401": Log in first',
    ],
    [
      "refuses",
      prints({ version: 1, success: false, code: "401", message: "Log in first", id_token: "s3cret" }),
      "unavailable",
      'it answered code "401": Log in first',
    ],
    [
      "quotes a token in its refusal",
      prints({
        version: 1,
        success: false,
        code: "eyJs3cret.s3cret",
        message: "ya29.s3cret is of no use, nor eyJs3cret.s3",
      }),
      "unavailable",
      'it answered code "[redacted]": [redacted] is of no use, nor [redacted]',
    ],
    [
      "prints a page as its code",
      prints({ version: 1, success: false, code: `${"<p>".repeat(100_000)}s3cret`, message: "m" }),
      "unavailable",
      '<p>": m',
    ],
    [
      "refuses with a page of words",
      prints({ version: 1, success: false, code: "401", message: `${"m".repeat(300)}s3cret` }),
      "unavailable",
      `it answered code "401": ${"m".repeat(300)}`,
    ],
    [
      "answers with an expired token",
      prints({ ...good, expiration_time: SECONDS }),
      "unavailable",
      "its token has expired",
    ],
    ["prints no JSON", prints("s3cret"), "garbage", "it is not valid JSON"],
    ["prints nothing", prints(""), "garbage", "it is not valid JSON"],
    ["prints an array", prints(["s3cret"]), "garbage", "its response breaks the protocol: "],
    ["speaks no version", prints({ ...good, version: undefined }), "garbage", 'its field "version" is missing'],
    ["speaks another version", prints({ ...good, version: 2 }), "garbage", "version 2 is not supported, only 1 is"],
    ["does not say success", prints({ ...good, success: undefined }), "garbage", 'its field "success" is missing'],
    [
      "says success as a word",
      prints({ ...good, success: "true" }),
      "garbage",
      'its field "success" is missing or not valid',
    ],
    ["names no token type", prints({ ...good, token_type: undefined }), "garbage", 'its field "token_type" is missing'],
    ["names another token type", prints({ ...good, token_type: "s3cret" }), "garbage", 'its field "token_type"'],
    ["leaves the ID token out", prints({ ...good, id_token: undefined }), "garbage", 'its field "id_token"'],
    ["gives the token as a number", prints({ ...good, id_token: 5 }), "garbage", 'its field "id_token"'],
    ["leaves the SAML response out", prints({ ...good, token_type: SAML }), "garbage", 'its field "saml_response"'],
    [
      "gives the expiry as text",
      prints({ ...good, expiration_time: "s3cret" }),
      "garbage",
      'its field "expiration_time"',
    ],
    ["refuses without code", prints({ version: 1, success: false, message: "m" }), "garbage", 'its field "code"'],
    ["refuses without message", prints({ version: 1, success: false, code: "1" }), "garbage", 'its field "message"'],
  ])("fails when the program %s", async (_name, program, failure, reason) => {
    const error = await failureOf(tokenOf(source(), world(program)));
    expect(error).toMatchObject({ failure, step: "subject token" });
    expect(error.message).toContain('Cannot get a subject token from program "/bin/token": ');
    expect(error.message).toContain(reason);
    expect(everyWord(error)).not.toMatch(/s3cret|my pool/);
  });

  it.each<[string, (late: () => never) => Program]>([
    ["is killed", (late) => () => late()],
    ["ends by a signal", () => () => ({ exitCode: 143, stdout: "", stderr: "" })],
  ])("says so when the program takes too long and %s", async (_name, how) => {
    const here = world(((command, options) => {
      here.now += options.timeoutMs;
      return how(() => {
        throw new Error(`killed ${command.join(" ")}`);
      })(command, options);
    }) satisfies Program);
    const error = await failureOf(tokenOf(source({ timeout_millis: 7_000 }), here));
    expect(error.failure).toBe("unavailable");
    expect(error.message).toContain("it did not end within 7000 ms");
  });

  it("gives up when the flight's time is over", async () => {
    const abort = new AbortController();
    const here = world((_command, { signal }) => {
      abort.abort();
      throw signal?.reason;
    });
    const error = await failureOf(supplier(source(), here).token(abort.signal));
    expect(error.message).toContain("it did not end within the time limit");
  });

  it.each([
    ["off the runtime", { without: ["run"] as const, env: ALLOWED }, {}, "on testland: this runtime runs no programs"],
    ["without the opt-in", { env: {} }, {}, "set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 to allow it"],
    ["with another value", { env: { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: "true" } }, {}, "set GOOGLE_EXTERNAL"],
    ["with an open quote", { env: ALLOWED }, { command: "a 'b" }, "is not closed"],
    ["without command", { env: ALLOWED }, { command: "" }, ""],
    ["with too short a time", { env: ALLOWED }, { timeout_millis: 4_999 }, "Must be between 5000 and 120000"],
    ["with too long a time", { env: ALLOWED }, { timeout_millis: 120_001 }, "Must be between 5000 and 120000"],
    [
      "with an output file where none are read",
      { without: ["readTextFile"] as const, env: ALLOWED },
      { output_file: "f" },
      "reads no files",
    ],
  ])("is refused at construction %s", (_name, options, more, sentence) => {
    expect(() => supplier(source(more), makeWorld(options))).toThrow(sentence);
  });

  it("is refused with everything that is in its way at once", () => {
    const config = source({ command: "a 'b", output_file: "f" });
    const build = () => supplier(config, makeWorld({ without: ["readTextFile"], env: {} }));
    expect(build).toThrow("to allow it to run programs");
    expect(build).toThrow("reads no files");
    expect(build).toThrow("is not closed");
  });
});

describe("the output file of an executable source", () => {
  const withFile = (content: unknown) =>
    world(prints({ ...good, id_token: "fresh" }), {
      files: { [OUTPUT]: typeof content === "string" ? content : JSON.stringify(content) },
    });

  it("is used while its token lives, and not a moment longer", async () => {
    const here = withFile({ ...good, id_token: "cached" });
    expect(await tokenOf(source({ output_file: OUTPUT }), here)).toBe("cached");
    expect(here.programs).toHaveLength(0);
    here.now = (SECONDS + 60) * 1000;
    expect(await failureOf(tokenOf(source({ output_file: OUTPUT }), here))).toMatchObject({ failure: "unavailable" });
    expect(here.programs).toHaveLength(1);
  });

  it.each([
    ["expired", { ...good, id_token: "cached", expiration_time: SECONDS }],
    ["without expiry", { ...good, id_token: "cached", expiration_time: undefined }],
    ["a refusal", { version: 1, success: false, code: "1", message: "m" }],
    ["empty", ""],
    ["half written", '{"version":1,"id_to'],
  ])("is passed over when it is %s", async (_name, content) => {
    const here = withFile(content);
    expect(await tokenOf(source({ output_file: OUTPUT }), here)).toBe("fresh");
    expect(here.logs.join()).not.toContain("cached");
  });

  it("is passed over when it is missing", async () => {
    expect(await tokenOf(source({ output_file: OUTPUT }), world(prints(good)))).toBe("s3cret.jwt");
  });

  it("makes the expiry a duty of the program", async () => {
    const here = world(prints({ ...good, expiration_time: undefined }));
    const error = await failureOf(tokenOf(source({ output_file: OUTPUT }), here));
    expect(error.failure).toBe("garbage");
    expect(error.message).toContain('its response has no "expiration_time"');
  });
});

describe("reading a response", () => {
  it("never throws, and never quotes what is not meant for people", () => {
    const field = fc.oneof(fc.constantFrom(1, true, false, ID_TOKEN, SAML, "SECRET", ""), fc.jsonValue());
    const keys = {
      version: field,
      success: field,
      token_type: field,
      id_token: field,
      saml_response: field,
      expiration_time: field,
    };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.record(keys, { requiredKeys: [] }).map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        (text) => {
          const response = readExecutableResponse(text);
          if (response.kind === "token") expect(response.token).not.toBe("");
          else expect(response.problem).not.toContain("SECRET");
        },
      ),
    );
  });
});
