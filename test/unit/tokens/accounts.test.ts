/** A held token answers for the request that it was made for and for no other one (SECURITY.md). */
import { describe, expect, it } from "vitest";
import { type Account, Accounts } from "../../../worker/tokens/accounts.ts";
import { TokenCache } from "../../../worker/tokens/cache.ts";
import type { AccessTokenRequest, IdTokenRequest, Token } from "../../../worker/tokens/types.ts";
import { createFakeClock } from "../../fakes/clock.ts";

const clock = createFakeClock();

/** Its tokens say what they were made for. */
function account(email: string): Account {
  const token = async (kind: string, request: object): Promise<Token> => ({
    value: JSON.stringify([email, kind, request]),
    expiresAt: clock.now() + 3_600_000,
  });
  const source = {
    accessToken: (request: AccessTokenRequest) => token("access", request),
    idToken: (request: IdTokenRequest) => token("id", request),
  };
  return { email, aliases: [], scopes: [], source };
}

const one = account("one@x.example");
const other = account("other@x.example");

const access: readonly AccessTokenRequest[] = [
  { scopes: ["a"] },
  { scopes: ["b"] },
  { scopes: ["a", "b"] },
  { scopes: [] },
  { scopes: ["a"], lifetime: 900 },
  { scopes: ["a"], lifetime: 600 },
];
const ids: readonly IdTokenRequest[] = ["a", "b", ""].flatMap((audience) => [
  { audience, format: "standard", licenses: false } as const,
  { audience, format: "full", licenses: false } as const,
  { audience, format: "full", licenses: true } as const,
]);

describe("A held token", () => {
  it("is of the account, the kind and the whole request that are asked for", async () => {
    const cache = new TokenCache({ clock });
    const accounts = new Accounts([one, other], cache);
    const seen = new Set<string>();
    // The second time each of them is held.
    for (let round = 0; round < 2; round++)
      for (const who of [one, other]) {
        for (const request of access) {
          const { value } = await accounts.accessToken(who, request);
          expect(JSON.parse(value)).toEqual([who.email, "access", request]);
          expect(accounts.heldAccessToken(who, request)?.value).toBe(value);
          seen.add(value);
        }
        for (const request of ids) {
          const { value } = await accounts.idToken(who, request);
          expect(JSON.parse(value)).toEqual([who.email, "id", request]);
          expect(accounts.heldIdToken(who, request)?.value).toBe(value);
          seen.add(value);
        }
      }
    expect([seen.size, cache.size]).toEqual([30, 30]);
  });

  it("is of its account, though one and the same request object asks for another's", async () => {
    const accounts = new Accounts([one, other], new TokenCache({ clock }));
    const request = { scopes: ["a"] };
    for (const who of [one, other, one])
      expect(JSON.parse((await accounts.accessToken(who, request)).value)[0]).toBe(who.email);
  });

  it("is forgotten with its account's others, and with nobody else's", async () => {
    const cache = new TokenCache({ clock });
    const accounts = new Accounts([one, other], cache);
    for (const who of [one, other]) await accounts.accessToken(who, { scopes: ["a"] });
    accounts.rotate(one);
    expect([...cache.entries()].map(({ key }) => key.split("\n")[0])).toEqual([other.email]);
  });
});
