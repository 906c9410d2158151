/**
 * The most important defences of SECURITY.md, how to take each one out, and the test that has to notice.
 *
 * @module
 */

/** A change of one line that takes a defence out. */
export interface Mutation {
  readonly defence: string;
  readonly file: string;
  /** Stands once in `file`. */
  readonly from: string;
  readonly to: string;
  readonly project: "unit" | "served:node";
  readonly test: string;
  /** Which tests of the file, by their names. */
  readonly only?: string;
}

const wire = { project: "served:node", test: "test/served/wire.test.ts" } as const;

/** The table. */
export const mutations: readonly Mutation[] = [
  {
    ...wire,
    defence: "List of Host names (DNS rebinding)",
    file: "worker/http/guard.ts",
    from: "if (hosts.has(name)) return undefined;",
    to: "return undefined;",
    only: "host-foreign",
  },
  {
    ...wire,
    defence: "Requests of other web origins",
    file: "worker/http/guard.ts",
    from: "if (origin !== null && !isOwn(origin, call))",
    to: "if (origin === undefined)",
    only: "browser-origin",
  },
  {
    ...wire,
    defence: "`X-Forwarded-For`",
    file: "worker/http/guard.ts",
    from: "return browserRefusal(call, style) ?? proxyRefusal(call, style);",
    to: "return browserRefusal(call, style);",
    only: "forwarded-for",
  },
  {
    ...wire,
    defence: "`Metadata-Flavor: Google` (SSRF)",
    file: "worker/http/guard.ts",
    from: 'if (call.header("metadata-flavor") === "Google") return true;',
    to: "return true;",
    only: "flavor-",
  },
  {
    defence: "Control token",
    file: "worker/http/control-token.ts",
    from: "if (given !== undefined && isSame(await digest(given), await wanted)) return undefined;",
    to: "if (given !== undefined) return undefined;",
    project: "served:node",
    test: "test/served/control.test.ts",
    only: "The door of the control API",
  },
  {
    defence: "Secret path",
    file: "worker/http/secret-path.ts",
    from: "return difference === 0 && path.length >= prefix.length;",
    to: "return path.length >= prefix.length;",
    project: "served:node",
    test: "test/served/secret-path.test.ts",
  },
  {
    defence: "Hosts that a credential file may name",
    file: "worker/tokens/google/endpoints.ts",
    from: "const problem = endpointProblem(url, env);",
    to: 'const problem = endpointProblem("https://sts.googleapis.com", env);',
    project: "unit",
    test: "test/unit/tokens/google/endpoints.test.ts",
  },
  {
    defence: "Redirects are not followed",
    file: "worker/tokens/google/exchange.ts",
    from: 'redirect: "manual"',
    to: 'redirect: "follow"',
    project: "served:node",
    test: "test/served/sources.test.ts",
    only: "An upstream that fails",
  },
  {
    defence: "Programs need a permission",
    file: "worker/tokens/suppliers/executable.ts",
    from: 'if (env[OPT_IN] !== "1")',
    to: 'if (env[OPT_IN] === "never")',
    project: "unit",
    test: "test/unit/tokens/suppliers/executable.test.ts",
  },
  {
    defence: "Google's words are struck through",
    file: "worker/tokens/google/words.ts",
    from: "const words = withoutSecrets(wordsOf(text).slice(0, longestText), call);",
    to: 'const words = wordsOf(text).slice(0, longestText) || withoutSecrets("", call);',
    project: "served:node",
    test: "test/served/canaries.test.ts",
    only: "of every source",
  },
  {
    defence: "Tokens in queries are struck out of the journal",
    file: "worker/telemetry/journal.ts",
    from: "const path = clip(withoutTokens(given.path), maxText);",
    to: "const path = clip(given.path, maxText);",
    project: "served:node",
    test: "test/served/canaries.test.ts",
    only: "of every source",
  },
  {
    defence: "The key of a held token has its audience",
    file: "worker/tokens/accounts.ts",
    from: "this.#cache.get(idTokenKey(account, request),",
    to: 'this.#cache.get(idTokenKey(account, { ...request, audience: "" }),',
    ...wire,
    only: "identity",
  },
  {
    defence: "Limit of new tokens",
    file: "worker/tokens/mint-limit.ts",
    from: "if (retryAfterMs === 0) return;",
    to: "if (retryAfterMs >= 0) return;",
    project: "unit",
    test: "test/unit/tokens/mint-limit.test.ts",
  },
  {
    defence: "Mode of the Unix socket",
    file: "worker/entry/listen/unix-socket.ts",
    from: "await chmod(path, 0o600);",
    to: "await chmod(path, 0o666);",
    project: "served:node",
    test: "test/served/surroundings.test.ts",
    only: "Unix socket",
  },
  {
    defence: "Broken requests tell nothing in capability mode",
    file: "worker/entry/listen/failed.ts",
    from: "(isHidden === true ? bare : malformed)",
    to: "(isHidden === true ? malformed : malformed)",
    project: "served:node",
    test: "test/served/secret-path.test.ts",
    only: "tells nothing to",
  },
  {
    defence: "Size of the journal",
    file: "worker/telemetry/journal.ts",
    from: "while (this.#size > maxSize || this.#sizes.length > maxEntries) {",
    to: "while (this.#sizes.length > maxEntries) {",
    project: "unit",
    test: "test/unit/telemetry/journal.test.ts",
  },
  {
    defence: "Size of what a relay reads",
    file: "worker/relay/forward.ts",
    from: "bytes: await readBody(response.body, maxAnswer)",
    to: "bytes: await readBody(response.body, 100 * maxAnswer)",
    project: "unit",
    test: "test/unit/relay/relay.test.ts",
    only: "reads 8 MiB",
  },
  {
    defence: "Refused requests push out no token",
    file: "worker/tokens/cache.ts",
    from: "this.#trim(key, (other) => other.token === undefined);",
    to: "this.#trim(key, () => true);",
    project: "unit",
    test: "test/unit/tokens/flood.test.ts",
  },
  {
    defence: "A clock that is set back prolongs nothing",
    file: "worker/lib/steady.ts",
    from: "if (now > latest) time += now - latest;",
    to: "time = now;",
    project: "unit",
    test: "test/unit/faults/rules.test.ts",
    only: "set back",
  },
  {
    defence: "`__proto__` is an ordinary key",
    file: "worker/lib/json.ts",
    from: "return Object.fromEntries(entries);",
    to: "return Object.assign({}, Object.fromEntries(entries));",
    project: "unit",
    test: "test/unit/metadata/prototypes.test.ts",
  },
  {
    defence: "Number of files of `--metadata-dir`",
    file: "worker/entry/folder.ts",
    from: "if (walk.left-- <= 0) throw",
    to: "if (walk.left === undefined) throw",
    project: "unit",
    test: "test/unit/entry/folder.test.ts",
  },
];
