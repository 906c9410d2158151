/**
 * The form of a subject-token supplier: where the foreign token of an `external_account` file comes from. A supplier
 * fetches and checks that token; exchanging it is left to `sources/external-account.ts`.
 *
 * @module
 */
import * as v from "valibot";
import { ConfigurationError, messageOf } from "../../lib/errors.ts";
import type { ClientCertificate, Platform } from "../../platform.ts";
import { TokenError, type TokenFailure } from "../types.ts";

/** The kinds of `credential_source` that Google's files know. */
export type SupplierKind = "file" | "url" | "executable" | "aws" | "certificate";

/** A foreign token, ready for the STS. */
export interface SubjectToken {
  readonly value: string;
  /** Shown to STS and IAM Credentials: X.509 federation proves the key by the TLS handshake itself. */
  readonly certificate?: ClientCertificate;
}

export interface SubjectTokenSupplier {
  readonly kind: SupplierKind;
  /** Fetches the token anew. Rejects with a `TokenError` of step `subject token`. */
  token(signal: AbortSignal): Promise<SubjectToken>;
}

/** What a supplier knows of the file around its `credential_source`. */
export interface SupplierContext {
  readonly platform: Platform;
  /** For messages, e.g. `credential file "wif.json"`. */
  readonly origin: string;
  readonly audience: string;
  readonly subjectTokenType: string;
  /** The account in `service_account_impersonation_url`, if the file has one. */
  readonly impersonatedEmail?: string;
}

/** A kind of supplier, its configuration's type hidden: what the table of `index.ts` holds. */
export interface SupplierModule {
  readonly schema: v.GenericSchema;
  /** Builds the supplier. Throws a `ConfigurationError` where the runtime or the environment does not allow it. */
  create(source: unknown, context: SupplierContext): SubjectTokenSupplier;
}

/** Ties a schema to the maker that takes its output. */
export function defineSupplier<const Schema extends v.GenericSchema>(
  schema: Schema,
  create: (source: v.InferOutput<Schema>, context: SupplierContext) => SubjectTokenSupplier,
): SupplierModule {
  return { schema, create: (source, context) => create(v.parse(schema, source), context) };
}

/** Returns the error of a `credential_source` that cannot be used here; `message` is a whole sentence. */
export function unusableSource(context: SupplierContext, message: string): ConfigurationError {
  return new ConfigurationError([{ at: context.origin, message }]);
}

/** Returns the failure to get a subject token; `message` is a whole sentence. */
export function failedToken(failure: TokenFailure, message: string, options?: { cause: unknown }): TokenError {
  return new TokenError(failure, "subject token", `Step "subject token": ${message}`, options);
}

/** Returns the error of one field; `problem` is a sentence of its own. */
export function wrongField(context: SupplierContext, field: string, problem: string): ConfigurationError {
  return new ConfigurationError([
    { at: `Cannot use ${context.origin}`, message: `credential_source.${field}: ${problem}` },
  ]);
}

/**
 * Reads a file at run time. Rejects with a `TokenError` `unavailable`: projected tokens and certificates are replaced
 * under a running server, so a file that is missing now may be there at the next try.
 */
export async function readSourceFile(
  read: (path: string) => Promise<string>,
  path: string,
  what: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await untilAborted(read(path), signal);
  } catch (error) {
    const reason = signal.aborted ? "not read within the time limit" : messageOf(error);
    throw failedToken("unavailable", `Cannot read ${what} "${path}": ${reason}`, { cause: error });
  }
}

/** Settles as `work` does, or rejects as soon as `signal` aborts (a read from a pipe may never end). */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
