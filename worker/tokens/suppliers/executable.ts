/**
 * Subject token from a program ("pluggable authentication", AIP-4117). The program runs without a shell and with a
 * clean environment, and only after the person who starts this server has opted in, as in Google's libraries. What it
 * prints is read by `executable-response.ts`.
 *
 * @module
 */
import * as v from "valibot";
import { noticed } from "../../lib/notice.ts";
import { assertAll } from "../../lib/problems.ts";
import type { ProgramResult } from "../../platform.ts";
import type { TokenError } from "../types.ts";
import { splitCommand } from "./command.ts";
import { type ExecutableResponse, readExecutableResponse } from "./executable-response.ts";
import {
  defineSupplier,
  failedToken,
  type SupplierContext,
  untilAborted,
  unusableSource,
  wrongField,
} from "./types.ts";

const OPT_IN = "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES";

/** Milliseconds, as in Google's libraries. */
const TIMEOUT = { least: 5_000, most: 120_000, usual: 30_000 } as const;

/** A timer may fire this much, in milliseconds, before the wall clock says so. */
const CLOCK_SLACK = 50;

/** What a program needs to find itself, its files and the network, on Unix and on Windows. */
const PASSED_ON = [
  ..."PATH HOME USER LOGNAME SHELL LANG LC_ALL LC_CTYPE TZ TMPDIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR".split(
    " ",
  ),
  ..."HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy SSL_CERT_FILE SSL_CERT_DIR".split(" "),
  ..."SystemRoot SYSTEMROOT SystemDrive ComSpec PATHEXT Path TEMP TMP USERPROFILE USERNAME APPDATA LOCALAPPDATA".split(
    " ",
  ),
];

const schema = v.looseObject({
  executable: v.looseObject({
    command: v.pipe(v.string(), v.nonEmpty()),
    timeout_millis: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(TIMEOUT.least, "Must be between 5000 and 120000"),
        v.maxValue(TIMEOUT.most, "Must be between 5000 and 120000"),
      ),
      TIMEOUT.usual,
    ),
    output_file: v.optional(v.pipe(v.string(), v.nonEmpty())),
  }),
});

type Executable = v.InferOutput<typeof schema>["executable"];

/**
 * `credential_source.executable`. A program that fails, ends late or answers with an expired token is `unavailable`;
 * one that breaks the protocol is `garbage`.
 */
export const executableSupplier = defineSupplier(schema, ({ executable }, context) => {
  const words = commandOf(executable, context);
  return {
    kind: "executable",
    async token(signal) {
      const cached = await cachedToken(executable, context, signal);
      if (cached !== undefined) return { value: cached };
      const response = await runProgram(words, executable, context, signal);
      return { value: acceptedToken(response, words[0], executable, context) };
    },
  };
});

/** The program and its arguments. Throws one `ConfigurationError` with everything that is in its way. */
function commandOf({ command, output_file }: Executable, context: SupplierContext): readonly [string, ...string[]] {
  const { runtime, run, readTextFile, env } = context.platform;
  if (run === undefined) {
    throw unusableSource(
      context,
      `Cannot use an executable credential source on ${runtime}: this runtime runs no programs`,
    );
  }
  const words = () => {
    const split = splitCommand(command);
    if ("words" in split) return split.words;
    throw wrongField(context, "executable.command", split.problem);
  };
  assertAll(
    () => {
      const why = `set ${OPT_IN}=1 to allow it to run programs`;
      if (env[OPT_IN] !== "1") throw unusableSource(context, `Cannot use an executable credential source: ${why}`);
    },
    () => {
      if (output_file === undefined || readTextFile !== undefined) return;
      throw wrongField(context, "executable.output_file", `Cannot be used on ${runtime}: this runtime reads no files`);
    },
    words,
  );
  return words();
}

/** The output file's token while it lives. Anything else in the file means that the program has to run. */
async function cachedToken(
  { output_file }: Executable,
  { platform }: SupplierContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (output_file === undefined || platform.readTextFile === undefined) return undefined;
  const text = await untilAborted(platform.readTextFile(output_file), signal).catch(() => "");
  if (text.trim() === "") return undefined;
  const response = readExecutableResponse(text);
  if (response.kind === "malformed") {
    platform.log("warn", "ignored the output file of an executable credential source", {
      file: output_file,
      reason: response.problem,
    });
  }
  // A token without an expiry counts as expired: the protocol demands one as soon as there is an output file.
  const lives = response.kind === "token" && (response.expiresAt ?? 0) > platform.clock.now();
  return lives ? response.token : undefined;
}

async function runProgram(
  words: readonly [string, ...string[]],
  executable: Executable,
  context: SupplierContext,
  signal: AbortSignal,
): Promise<ExecutableResponse> {
  const { platform } = context;
  const started = platform.clock.now();
  const options = { env: programEnvironment(executable, context), timeoutMs: executable.timeout_millis, signal };
  let result: ProgramResult | undefined;
  let cause: unknown;
  try {
    const running = platform.run?.(words, options) ?? Promise.resolve(undefined);
    const step = "subject token";
    result = await noticed(platform, `Waiting for step "${step}": the program ${words[0]}`, { step }, running);
  } catch (error) {
    cause = error;
  }
  if (result?.exitCode === 0) return readExecutableResponse(result.stdout);

  if (signal.aborted) throw failed(words[0], "it did not end within the time limit");
  if (platform.clock.now() - started >= executable.timeout_millis - CLOCK_SLACK) {
    throw failed(words[0], `it did not end within ${executable.timeout_millis} ms`);
  }
  if (result === undefined) throw failed(words[0], reasonOf(cause));
  const response = readExecutableResponse(result.stdout);
  const said = response.kind === "refused" ? `, ${response.problem}` : "";
  throw failed(words[0], `it exited with code ${result.exitCode}${said}`);
}

function programEnvironment({ output_file }: Executable, context: SupplierContext): Record<string, string> {
  const passedOn = PASSED_ON.map((name) => [name, context.platform.env[name]] as const);
  const protocol = [
    ["GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE", context.audience],
    ["GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", context.subjectTokenType],
    ["GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE", "0"],
    ["GOOGLE_EXTERNAL_ACCOUNT_IMPERSONATED_EMAIL", context.impersonatedEmail],
    ["GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE", output_file],
  ] as const;
  return Object.fromEntries(
    [...passedOn, ...protocol].filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  );
}

function acceptedToken(
  response: ExecutableResponse,
  program: string,
  { output_file }: Executable,
  { platform }: SupplierContext,
): string {
  if (response.kind === "refused") throw failed(program, response.problem);
  if (response.kind === "malformed")
    throw failed(program, `its response breaks the protocol: ${response.problem}`, "garbage");
  if (response.expiresAt === undefined && output_file !== undefined) {
    throw failed(program, 'its response has no "expiration_time", which an output file needs', "garbage");
  }
  if (response.expiresAt !== undefined && response.expiresAt <= platform.clock.now()) {
    throw failed(program, "its token has expired");
  }
  return response.token;
}

/** Names the program and not its arguments, which may hold secrets. */
function failed(program: string, problem: string, failure: "unavailable" | "garbage" = "unavailable"): TokenError {
  return failedToken(failure, `Cannot get a subject token from program "${program}": ${problem}`);
}

/** By an error's `code` (`ENOENT`): the message of a failed spawn would repeat the arguments. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "it printed more than a token has";
  return `it could not be run${typeof code === "string" && /^[A-Z_0-9]+$/.test(code) ? ` (${code})` : ""}`;
}
