/**
 * What every credential source must do: give real tokens with their true life, say no with a sentence, and tell every
 * failure of its upstream as the right kind of `TokenError`, without a secret in it.
 *
 * @module
 */
import { createLocalJWKSet, decodeJwt, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import type { Token } from "../../worker/tokens/types.ts";
import type { FakeGoogle } from "../fakes/google.ts";
import { failures } from "./source-failures.ts";
import {
  accessToken,
  audience,
  buildSource,
  everyWord,
  failureOf,
  idToken,
  type Setting,
  type SourceWorld,
  startMs,
  storage,
} from "./source-world.ts";

/** A kind of token and the upstream that makes it. */
export interface Upstream {
  /** End of the path of the last call, e.g. `:generateAccessToken`. */
  readonly path: string;
  readonly step: string;
}

export interface SourceContract {
  /** Puts into the fake Google who has to be there, and gives the configuration. */
  setUp(google: FakeGoogle): Setting | Promise<Setting>;
  /** Absent: access tokens come without a call. */
  readonly access?: Upstream;
  /** `"offline"`: without a call. A pattern: refused with a sentence that matches it. */
  readonly id: Upstream | "offline" | RegExp;
  /** Whose the fake says that the tokens are. */
  readonly subject?: string;
  /** Whether the token carries the scopes of the request. Default true. */
  readonly scoped?: boolean;
}

type Mint = (world: SourceWorld, signal?: AbortSignal) => Promise<Token>;

/** Runs the contract. */
export function describeSource(name: string, contract: SourceContract): void {
  const { access, id, scoped = true, subject } = contract;
  const build = async (work: (world: SourceWorld) => Promise<void>) => {
    const world = await buildSource((google) => contract.setUp(google));
    await work(world);
    expect(world.google.violations).toEqual([]);
    const logged = JSON.stringify(world.platform.lines);
    for (const secret of [...world.secrets, ...world.google.issuer.issued.keys()]) expect(logged).not.toContain(secret);
  };
  const mintAccess: Mint = ({ source }, signal) => accessToken(source, { scopes: [storage] }, signal);
  const mintId: Mint = ({ source }, signal) => idToken(source, {}, signal);

  describe(`the source ${name}`, () => {
    it("gives an access token with a true life", () =>
      build(async (world) => {
        const token = await mintAccess(world);
        expect(token.value).toMatch(/^[\x21-\x7e]+$/);
        expect(token.expiresAt).toBeGreaterThan(startMs);
        expect(token.expiresAt).toBeLessThanOrEqual(startMs + 43_200_000);
        if (access === undefined) return;
        const issued = world.google.issuer.issued.get(token.value);
        expect(Math.abs((issued?.expiresAt ?? 0) - token.expiresAt)).toBeLessThan(1000);
        if (subject !== undefined) expect(issued?.subject).toBe(subject);
        if (scoped) expect(issued?.scopes).toEqual([storage]);
      }));

    if (id instanceof RegExp) {
      it("refuses an ID token with a sentence", () =>
        build(async (world) => {
          const sentence =
            world.source.idToken === undefined ? (world.source.idTokenRefusal ?? "") : await unsupported(mintId(world));
          expect(sentence).toMatch(id);
        }));
    } else {
      it("gives an ID token for the audience, with the life that it says itself", () =>
        build(async (world) => {
          const token = await mintId(world);
          const { aud, exp = 0 } = decodeJwt(token.value);
          expect(aud).toBe(audience);
          expect(token.expiresAt).toBe(exp * 1000);
          if (id === "offline") return;
          const keys = createLocalJWKSet(await world.google.issuer.jwks());
          await jwtVerify(token.value, keys, { issuer: "https://accounts.google.com", currentDate: new Date(startMs) });
        }));
    }
    if (access !== undefined) describeFailures("an access token", access, mintAccess, build);
    if (!(id instanceof RegExp) && id !== "offline") describeFailures("an ID token", id, mintId, build);
  });
}

async function unsupported(work: Promise<unknown>): Promise<string> {
  const error = await failureOf(work);
  expect(error.failure).toBe("unsupported");
  return error.message;
}

type Build = (work: (world: SourceWorld) => Promise<void>) => Promise<void>;

function describeFailures(what: string, { path, step }: Upstream, mint: Mint, build: Build): void {
  describe(`asked for ${what}`, () => {
    it.each(failures)("judges an upstream that answers %s", (_, failure, expected) =>
      build(async (world) => {
        world.google.failNext({ path, times: 9, ...failure });
        const error = await failureOf(mint(world));
        expect(error).toMatchObject({
          failure: expected.failure,
          step,
          ...(expected.status === undefined ? {} : { status: expected.status }),
        });
        expect(error.message).toContain(`"${step}"`);
        expect(error.message).toContain(path);
        if (String(failure.body).includes("words of Google")) expect(error.message).toContain("words of Google");
        expect(error.message).not.toMatch(/[<\n]/);
        expect(world.google.count(path)).toBe(expected.tries);
      }),
    );

    it.each([
      [{ status: 500 }],
      [{ status: 429 }],
      [{ reset: true }],
      [{ status: 503, headers: { "retry-after": "3" } }],
    ])("recovers from one failure like %j", (failure) =>
      build(async (world) => {
        world.google.failNext({ path, ...failure });
        expect((await mint(world)).expiresAt).toBeGreaterThan(startMs);
        expect(world.google.count(path)).toBe(2);
        if ("headers" in failure) expect(world.clock.now() - startMs).toBeGreaterThanOrEqual(3000);
      }),
    );

    it("hands a long Retry-After on instead of waiting", () =>
      build(async (world) => {
        world.google.failNext({
          path,
          status: 429,
          headers: { "retry-after": new Date(startMs + 60_000).toUTCString() },
          times: 9,
        });
        expect(await failureOf(mint(world))).toMatchObject({ failure: "rejected", status: 429, retryAfterMs: 60_000 });
        expect(world.google.count(path)).toBe(1);
      }));

    it("gives each of three tries ten seconds", () =>
      build(async (world) => {
        world.google.failNext({ path, hang: true, times: 3 });
        const failing = failureOf(mint(world));
        for (const tries of [1, 2, 3]) {
          await world.google.waiting(tries);
          await world.clock.advance(10_000);
        }
        expect(await failing).toMatchObject({ failure: "unavailable", step });
        expect(world.google.count(path)).toBe(3);
      }));

    it("stops as soon as its own time is over", () =>
      build(async (world) => {
        const controller = new AbortController();
        world.google.failNext({ path, hang: true });
        const failing = failureOf(mint(world, controller.signal));
        await world.google.waiting();
        controller.abort();
        expect(await failing).toMatchObject({ failure: "unavailable" });
        expect(world.google.count(path)).toBe(1);
      }));

    it.each([
      ["as text", (text: string) => text],
      ["as OAuth's description", (text: string) => JSON.stringify({ error: "e", error_description: text })],
    ])("repeats no secret that the upstream sends back %s", (_, wrap) =>
      build(async (world) => {
        const headers: string[] = [];
        world.google.failNext({
          path,
          status: 400,
          body: (request) => {
            headers.push(request.headers.get("authorization") ?? "");
            const parts = [...new URLSearchParams(request.body).values(), ...headers, request.body];
            return wrap(
              parts
                .map((part) => part.slice(0, 900))
                .join(" | ")
                .slice(0, 3000),
            );
          },
        });
        const words = everyWord(await failureOf(mint(world)));
        for (const secret of world.secrets) expect(words).not.toContain(secret);
        for (const header of headers.filter((text) => text !== "")) expect(words).not.toContain(header.slice(7, 40));
        expect(words).not.toMatch(/eyJ[\w-]{10}|ya29\./);
      }),
    );
  });
}
