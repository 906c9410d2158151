/**
 * Errors that are the user's to mend: configuration, flags, credential files. They are printed as one line each,
 * without a stack trace.
 *
 * @module
 */

/** One mistake: where it stands and what is wrong there. */
export interface Problem {
  /** E.g. `accounts.ci.source.private_key`, `--prot`, `GOOGLE_TOKEN_SCOPES`. */
  readonly at: string;
  /** Sentence case, no final period, says what to do where it is not plain. */
  readonly message: string;
}

/** All mistakes of a configuration at once. `message` holds one line per problem. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(({ at, message }) => (at === "" ? message : `${at}: ${message}`)).join("\n"), options);
    this.problems = problems;
  }
}

/**
 * Runs steps that do not need each other, one after the other, and returns what they return. Throws one
 * `ConfigurationError` with the mistakes of all; anything else that is thrown ends it.
 */
export async function gather<const Steps extends readonly (() => unknown)[]>(
  ...steps: Steps
): Promise<{ -readonly [Index in keyof Steps]: Awaited<ReturnType<Steps[Index]>> }> {
  const problems: Problem[] = [];
  const results: unknown[] = [];
  for (const step of steps) {
    try {
      results.push(await step());
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return results as { -readonly [Index in keyof Steps]: Awaited<ReturnType<Steps[Index]>> };
}

/** Runs every check. Throws one `ConfigurationError` with the mistakes of all. */
export function assertAll(...checks: readonly (() => void)[]): void {
  const problems = checks.flatMap((check): readonly Problem[] => {
    try {
      check();
      return [];
    } catch (error) {
      return problemsOf(error);
    }
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof ConfigurationError) return error.problems;
  throw error;
}

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
