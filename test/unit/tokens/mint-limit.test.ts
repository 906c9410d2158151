import { describe, expect, it } from "vitest";
import type { Account } from "../../../worker/tokens/accounts.ts";
import { createMintLimit, mintLimit } from "../../../worker/tokens/mint-limit.ts";
import { TokenError, type TokenSource } from "../../../worker/tokens/types.ts";
import { createFakeClock } from "../../fakes/clock.ts";

const account = (email: string, source: TokenSource = {}): Account => ({ email, aliases: [], scopes: [], source });

describe("The limit of new tokens", () => {
  it("lets a thousand through at once, and then refuses with 429 and the time to wait", () => {
    const take = createMintLimit(createFakeClock());
    for (let i = 0; i < mintLimit.burst; i++) take(account("a@example.com"));
    let thrown: unknown;
    try {
      take(account("a@example.com"));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TokenError);
    expect(thrown).toMatchObject({ status: 429, retryAfterMs: 100 });
  });

  it("fills again with time, and each account has its own", async () => {
    const clock = createFakeClock();
    const take = createMintLimit(clock);
    for (let i = 0; i < mintLimit.burst; i++) take(account("a@example.com"));
    expect(() => take(account("b@example.com"))).not.toThrow();
    await clock.advance(1_000);
    for (let i = 0; i < mintLimit.perSecond; i++) take(account("a@example.com"));
    expect(() => take(account("a@example.com"))).toThrow("Too many new tokens for a@example.com");
  });

  it("fills as ever where the clock was set back", async () => {
    const clock = createFakeClock();
    const take = createMintLimit(clock);
    for (let i = 0; i < mintLimit.burst; i++) take(account("a@example.com"));
    clock.jump(-5 * 3_600_000);
    expect(() => take(account("a@example.com"))).toThrow("Too many new tokens");
    await clock.advance(1_000);
    for (let i = 0; i < mintLimit.perSecond; i++) take(account("a@example.com"));
    expect(() => take(account("a@example.com"))).toThrow("Too many new tokens");
  });

  it("does not count what the local issuer makes", () => {
    const take = createMintLimit(createFakeClock());
    for (let i = 0; i < 2 * mintLimit.burst; i++) take(account("a@example.com", { local: true }));
    expect(() => take(account("a@example.com"))).not.toThrow();
  });
});
