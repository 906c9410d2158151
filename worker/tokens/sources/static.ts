/**
 * Tokens that somebody gave us (`GOOGLE_ACCESS_TOKEN`, `GOOGLE_ID_TOKEN`): served as they are, each on its own; the kind
 * that is missing comes from the credential beneath, if there is one.
 *
 * @module
 */
import { decodeJwt } from "jose/jwt/decode";
import * as v from "valibot";
import { ConfigurationError } from "../../lib/errors.ts";
import { createSteadyTime } from "../../lib/steady.ts";
import type { Clock } from "../../platform.ts";
import { expiryOf } from "../google/answers.ts";
import { type IdTokenRequest, type SourceDeps, type Token, TokenError, type TokenSource } from "../types.ts";
import { defineSource } from "./define.ts";

/** Life that an opaque token is shown with. */
const opaqueLifetimeMs = 3_599_000;

const token = v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/, "must be a token: visible characters without spaces"));

export const fixed = defineSource({
  schema: v.pipe(
    v.strictObject({
      type: v.literal("static"),
      accessToken: v.optional(token),
      idToken: v.optional(token),
      base: v.optional(v.union([v.string(), v.record(v.string(), v.unknown())])),
    }),
    v.forward(
      v.check(
        ({ accessToken, idToken }) => accessToken !== undefined || idToken !== undefined,
        "is missing; give it, idToken or both",
      ),
      ["accessToken"],
    ),
  ),
  async create(config, deps) {
    const base = await baseOf(config, deps);
    const { clock } = deps.platform;
    return {
      ...base,
      // A token that was given lives as long as it lives, whoever made it.
      ...(config.accessToken === undefined ? {} : { local: false, honoursLifetime: false }),
      ...accessTokenPart(config.accessToken, base, clock),
      ...idTokenPart(config.idToken, base, clock),
    };
  },
});

/**
 * With both tokens given nothing is asked of the credential beneath, so a broken one does no harm: the incumbent's users
 * name a key file that is none.
 */
async function baseOf(
  { accessToken, base, idToken }: { accessToken?: string | undefined; base?: unknown; idToken?: string | undefined },
  deps: SourceDeps,
): Promise<TokenSource | undefined> {
  if (base === undefined) return undefined;
  try {
    return await deps.create(base, `${deps.origin}, base`);
  } catch (error) {
    if (accessToken === undefined || idToken === undefined || !(error instanceof ConfigurationError)) throw error;
    return undefined;
  }
}

type Part = Pick<TokenSource, "accessToken" | "accessTokenRefusal" | "idToken" | "idTokenRefusal">;

function accessTokenPart(value: string | undefined, base: TokenSource | undefined, clock: Clock): Part {
  if (value === undefined) return base === undefined ? { accessTokenRefusal: "only an ID token was given" } : {};
  const life = createLife(value, clock);
  return {
    accessToken: async () => {
      const given: Token = { value, expiresAt: life(), fixed: true };
      if (given.expiresAt > clock.now()) return given;
      throw new TokenError(
        "refused-request",
        "credential",
        "The access token that was given has expired; set a new one",
        { status: 403 },
      );
    },
  };
}

function idTokenPart(value: string | undefined, base: TokenSource | undefined, clock: Clock): Part {
  if (value === undefined)
    return base === undefined
      ? { idTokenRefusal: "only an access token was given; set GOOGLE_ID_TOKEN, or a credential that makes ID tokens" }
      : {};
  const life = createLife(value, clock);
  const audiences = audiencesOf(value);
  return {
    idToken: async ({ audience }: IdTokenRequest) => {
      if (audiences !== undefined && !audiences.includes(audience)) {
        throw refused(
          `The ID token that was given is for the audience "${audiences.join('", "')}", not for "${audience}"`,
        );
      }
      const given: Token = { value, expiresAt: life(), fixed: true };
      if (given.expiresAt > clock.now()) return given;
      throw refused("The ID token that was given has expired; set a new one");
    },
  };
}

function refused(message: string): TokenError {
  return new TokenError("refused-request", "credential", message, { status: 400 });
}

/**
 * Returns when a given token expires. An opaque one tells nothing: it is shown with an hour that falls from the start
 * and begins anew when it is over, because nobody here can know whether it still works.
 */
function createLife(value: string, clock: Clock): () => number {
  const expires = expiryOf(value);
  if (expires !== undefined) return () => expires;
  const steady = createSteadyTime(clock);
  const started = steady();
  return () => clock.now() + opaqueLifetimeMs - ((steady() - started) % opaqueLifetimeMs);
}

function audiencesOf(value: string): readonly string[] | undefined {
  try {
    const { aud } = decodeJwt(value);
    return typeof aud === "string" ? [aud] : aud;
  } catch {
    return undefined;
  }
}
