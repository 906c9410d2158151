/**
 * Tokens: whose they are, how many there may be, and what is believed of whoever makes them.
 *
 * @module
 */
import { type ByThreat, unit, wire } from "../mutation.ts";

const accounts = "worker/tokens/accounts.ts";

export const tokens: ByThreat = {
  "A token for one account, audience or scope": [
    {
      ...wire("identity"),
      defence: "The key of a held token has its audience",
      file: accounts,
      from: "this.#cache.get(idTokenKey(account, request),",
      to: 'this.#cache.get(idTokenKey(account, { ...request, audience: "" }),',
    },
    {
      ...unit("tokens/accounts"),
      defence: "The key of a held token has its account",
      file: accounts,
      from: "const key = accessTokenKey(account, request);",
      to: 'const key = accessTokenKey({ ...account, email: "" }, request);',
    },
  ],
  "A local token is taken for one of Google's": [
    {
      ...unit("tokens/local-issuer"),
      defence: "A local access token says so in its first letters",
      file: "worker/tokens/local-issuer.ts",
      from: 'accessTokenPrefix = "ya29.emulator."',
      to: 'accessTokenPrefix = "ya29."',
    },
    {
      ...unit("config/credential"),
      defence: "The local issuer stands in for no credential that was named",
      file: "worker/config/credential.ts",
      from: "if (base === undefined || isLocal(base.source)) {",
      to: "if (base !== undefined && isLocal(base.source)) {",
    },
  ],
  "A program asks for one audience after the other": [
    {
      ...unit("tokens/mint-limit"),
      defence: "Limit of new tokens",
      file: "worker/tokens/mint-limit.ts",
      from: "if (retryAfterMs === 0) return;",
      to: "if (retryAfterMs >= 0) return;",
    },
    {
      ...unit("tokens/flood"),
      defence: "Refused requests push out no token",
      file: "worker/tokens/cache.ts",
      from: "this.#trim(key, (other) => other.token === undefined);",
      to: "this.#trim(key, () => true);",
    },
  ],
  "Google, or what stands in its place": [
    {
      ...unit("tokens/fault-matrix"),
      defence: "A held token is kept",
      file: "worker/tokens/cache.ts",
      from: "if (left <= minimumOf(entry)) return this.#orHeld(flight, entry);",
      to: "if (left <= minimumOf(entry)) return flight;",
    },
    {
      ...unit("relay/relay", "set back"),
      defence: "A clock that is set back prolongs nothing",
      file: "worker/lib/steady.ts",
      from: "if (now > latest) time += now - latest;",
      to: "time = now;",
    },
  ],
  "One client exhausts the server": [
    {
      ...unit("telemetry/journal"),
      defence: "Size of the journal",
      file: "worker/telemetry/journal.ts",
      from: "while (this.#size > maxSize || this.#sizes.length > maxEntries) {",
      to: "while (this.#sizes.length > maxEntries) {",
    },
    {
      ...unit("relay/relay", "reads 8 MiB"),
      defence: "Size of what a relay reads",
      file: "worker/relay/forward.ts",
      from: "bytes: await readBody(response.body, maxAnswer)",
      to: "bytes: await readBody(response.body, 100 * maxAnswer)",
    },
  ],
};
