/**
 * Who asks, by what clients say of themselves: Google's libraries in `x-goog-api-client`, everything in `User-Agent`.
 *
 * @module
 */

const maxLength = 200;

/** Returns name and version of the client; `unknown` when it says nothing. */
export function clientOf(userAgent: string | null, apiClient: string | null): string {
  const names = (apiClient ?? "").slice(0, 1_000);
  const [, language] = /\bgl-(\w+\/\S+)/.exec(names) ?? [];
  const [, auth] = /\bauth\/(\S+)/.exec(names) ?? [];
  const [, other] = /\b((?:gccl|gapic)\/\S+)/.exec(names) ?? [];
  // The libraries call themselves `auth`; their package is google-auth in every language.
  const library = auth === undefined ? (other ?? userAgent ?? undefined) : `google-auth/${auth}`;
  const said = [library, language].filter((part) => part !== undefined && part !== "").join(" ");
  return said === "" ? "unknown" : said.slice(0, maxLength);
}
