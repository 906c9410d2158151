/**
 * What a forged credential file may bring about, and where its secrets may show.
 *
 * @module
 */
import { type ByThreat, served, unit } from "../mutation.ts";

export const credentials: ByThreat = {
  "A forged credential file sends its secret elsewhere": [
    {
      ...unit("tokens/google/endpoints"),
      defence: "Hosts that a credential file may name",
      file: "worker/tokens/google/endpoints.ts",
      from: "const problem = endpointProblem(url, env);",
      to: 'const problem = endpointProblem("https://sts.googleapis.com", env);',
    },
    {
      ...served("sources", "An upstream that fails"),
      defence: "Redirects are not followed",
      file: "worker/tokens/google/exchange.ts",
      from: 'redirect: "manual"',
      to: 'redirect: "follow"',
    },
    {
      ...unit("tokens/sources/authorized-user"),
      defence: "`token_uri` of a user's file",
      file: "worker/tokens/sources/authorized-user.ts",
      from: 'assertEndpoint(tokenUri, origin, "token_uri", platform.env);',
      to: "void assertEndpoint;",
    },
  ],
  "A forged credential file runs a program": [
    {
      ...unit("tokens/suppliers/executable"),
      defence: "Programs need a permission",
      file: "worker/tokens/suppliers/executable.ts",
      from: 'if (env[OPT_IN] !== "1")',
      to: 'if (env[OPT_IN] === "never")',
    },
    {
      ...unit("entry/platform"),
      defence: "No shell",
      file: "worker/entry/platform.ts",
      from: 'killSignal: "SIGKILL" as const,',
      to: 'killSignal: "SIGKILL" as const, shell: true,',
    },
  ],
  "A forged AWS source reads from elsewhere": [
    {
      ...unit("tokens/suppliers/aws"),
      defence: "AWS metadata URLs",
      file: "worker/tokens/suppliers/addresses.ts",
      from: "if (!loopback && !isMetadataAddress(url)) {",
      to: "if (!loopback && addressProblem(url) !== undefined && !isMetadataAddress(url)) {",
    },
  ],
  "A secret gets into a log, an error": [
    {
      ...served("canaries", "of every source"),
      defence: "Google's words are struck through",
      file: "worker/tokens/google/words.ts",
      from: "const words = withoutSecrets(wordsOf(text).slice(0, longestText), call);",
      to: 'const words = wordsOf(text).slice(0, longestText) || withoutSecrets("", call);',
    },
    {
      ...served("canaries", "of every source"),
      defence: "Tokens in queries are struck out of the journal",
      file: "worker/telemetry/journal.ts",
      from: "const path = clip(withoutTokens(given.path), maxText);",
      to: "const path = clip(given.path, maxText);",
    },
    {
      ...served("canaries", "broken"),
      defence: "A schema's own words, which quote the value, are not shown",
      file: "worker/tokens/sources/define.ts",
      from: 'issue.expected ?? "something else"',
      to: "issue.message",
    },
    {
      ...unit("telemetry/log"),
      defence: "Log lines are struck through again",
      file: "worker/telemetry/log.ts",
      from: "write(redact(line(new Date(now()).toISOString(), severity, message, fields)));",
      to: "write(line(new Date(now()).toISOString(), severity, message, fields));",
    },
  ],
  "A dependency is replaced by something else": [
    {
      ...unit("security/dependencies"),
      defence: "Versions are pinned",
      file: "package.json",
      from: '"jose": "6',
      to: '"jose": "^6',
    },
  ],
};
