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

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
