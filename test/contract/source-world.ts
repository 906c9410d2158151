/**
 * A source and the world that it lives in: a fake Google, a clock that stands still, a platform without anything else.
 *
 * @module
 */
import type { Platform } from "../../worker/platform.ts";
import { endpointsFrom } from "../../worker/tokens/google/endpoints.ts";
import { LocalIssuer } from "../../worker/tokens/local-issuer.ts";
import { createSource } from "../../worker/tokens/sources/index.ts";
import {
  type AccessTokenRequest,
  type IdTokenRequest,
  type SourceDeps,
  type Token,
  TokenError,
  type TokenSource,
} from "../../worker/tokens/types.ts";
import { createFakeClock, type FakeClock } from "../fakes/clock.ts";
import { createFakeGoogle, type FakeGoogle } from "../fakes/google.ts";
import { createFakePlatform, type FakePlatform } from "../fakes/platform.ts";

export const startMs = Date.parse("2026-11-24T12:00:00Z");
export const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform";
export const storage = "https://www.googleapis.com/auth/devstorage.read_only";
export const audience = "https://service.example.com";

/** What a source is built from. */
export interface Setting {
  readonly config: unknown;
  readonly env?: Platform["env"];
  readonly files?: Readonly<Record<string, string>> | null;
  readonly accountEmail?: string;
  /** Answers of places that are not Google. */
  readonly foreign?: (url: string) => Response | undefined;
  /** What programs print. Default: there are none. */
  readonly program?: string;
  /** What must never show in an error or a log line. */
  readonly secrets?: readonly string[];
}

export interface SourceWorld {
  readonly google: FakeGoogle;
  readonly clock: FakeClock;
  readonly platform: FakePlatform;
  readonly source: TokenSource;
  readonly secrets: readonly string[];
}

/** Builds a fake Google and, once the test has put somebody into it, the source. Rejects as `createSource` does. */
export async function buildSource(
  setUp: (google: FakeGoogle) => Setting | Promise<Setting>,
  origin = 'credential file "sa.json"',
): Promise<SourceWorld> {
  // Pauses between tries are shorter and end by themselves; time limits are longer and wait for the test.
  const clock = createFakeClock(startMs, { autoBelowMs: 5_001, noticeMs: 1_000 });
  const google = createFakeGoogle({ now: clock.now });
  const { accountEmail, config, env = {}, files = {}, foreign, program, secrets = [] } = await setUp(google);
  const fetch: Platform["fetch"] = async (url, init) => foreign?.(url) ?? google.fetch(url, init);
  const plain = createFakePlatform({ fetch, fetchWithCertificate: google.fetch, clock, env, files });
  const run = async () => ({ exitCode: 0, stdout: program ?? "", stderr: "" });
  const platform = program === undefined ? plain : { ...plain, run };
  const claims = {
    instanceId: "1",
    instanceName: "vm",
    projectId: "p",
    projectNumber: 1,
    zone: "z",
    creationTimestamp: 1,
    licenseIds: [],
  };
  const localIssuer = new LocalIssuer({
    clock,
    issuer: "https://accounts.google.com",
    claims: () => claims,
    keys: undefined,
    onKeys: undefined,
  });
  const deps = (at: string): SourceDeps => ({
    platform,
    endpoints: endpointsFrom(env).endpoints,
    origin: at,
    localIssuer,
    ...(accountEmail === undefined ? {} : { accountEmail }),
    create: (base, baseOrigin) => createSource(base, deps(baseOrigin)),
  });
  return { google, clock, platform, secrets, source: await createSource(config, deps(origin)) };
}

/** Mints an access token; fails the test where the source makes none. */
export function accessToken(
  source: TokenSource,
  request: Partial<AccessTokenRequest> = {},
  signal = new AbortController().signal,
): Promise<Token> {
  if (source.accessToken === undefined)
    throw new Error(`the source makes no access token: ${source.accessTokenRefusal}`);
  return source.accessToken({ scopes: [cloudPlatform], ...request }, signal);
}

/** Mints an ID token; fails the test where the source makes none. */
export function idToken(
  source: TokenSource,
  request: Partial<IdTokenRequest> = {},
  signal = new AbortController().signal,
): Promise<Token> {
  if (source.idToken === undefined) throw new Error(`the source makes no ID token: ${source.idTokenRefusal}`);
  return source.idToken({ audience, format: "standard", licenses: false, ...request }, signal);
}

/** Returns the `TokenError` that `work` rejects with; fails the test for anything else. */
export async function failureOf(work: Promise<unknown>): Promise<TokenError> {
  const outcome: unknown = await work.then(
    () => "no failure",
    (error: unknown) => error,
  );
  if (outcome instanceof TokenError) return outcome;
  throw new Error("expected a TokenError", { cause: outcome });
}

/** Everything of an error that might be printed, its causes included. */
export function everyWord(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause === undefined ? "" : everyWord(error.cause)}`;
}
