/**
 * Where this server is known to differ from the real one, on purpose or because it cannot do otherwise. README prints them
 * together with `unknown.ts`; a recorded answer that shows one of them explains it (`test/contract/recorded/`).
 *
 * @module
 */

/** One known difference. */
export interface Difference {
  readonly what: string;
  readonly real: string;
  readonly ours: string;
}

/** What matters most comes first. */
export const differences: readonly Difference[] = [
  {
    what: "Who is let in",
    real: "Whoever reaches the link-local address; any `Host`",
    ours: "Its own names and loopback ones; other hosts, web pages of other origins: 403",
  },
  {
    what: "Tokens without a credential",
    real: "There is always an account's",
    ours: "The local issuer signs: verifiable here, unknown to Google",
  },
  {
    what: "`format=full`, `licenses=TRUE` of real credentials",
    real: "Claims of the machine",
    ours: "Google's APIs cannot mint them: e-mail claims at most, one warning in the log, nothing invented",
  },
  {
    what: "Pages of errors",
    real: "Google's page, 1,560 bytes and more",
    ours: "A short page of our own around the same sentence and path",
  },
  {
    what: "Causes of a failed token",
    real: "Not told",
    ours: "Step, endpoint and Google's message in the body",
  },
  {
    what: "HTTPS with client certificates (preview)",
    real: "Port 443 on Shielded VMs",
    ours: "No TLS listener",
  },
  {
    what: "Requests that a runtime refuses itself (Bun: a body above 2 MiB, headers above 16 KiB; what is no HTTP)",
    real: "`Metadata-Flavor` on every answer",
    ours: "Bare 400, 413, 431, 501 or 505, or nothing, on Bun, Deno and workerd; Node's adapter says it in the real server's form; `npm start` has 500 where wrangler's proxy stumbles (CONNECT, `OPTIONS *`, a bad chunk)",
  },
  {
    what: "Several requests at once on one connection, whose answers take time (pipelining; Google's clients do not)",
    real: "Answers in order",
    ours: "Answers in order; Bun itself ends the connection",
  },
  {
    what: "DNS on the same address",
    real: "Port 53",
    ours: "None",
  },
  {
    what: "Headers of GKE and Cloud Run",
    real: "`X-XSS-Protection` and `X-Frame-Options` not recorded",
    ours: "On every answer",
  },
  {
    what: "Network interfaces of Cloud Run's worker pools",
    real: "`network-interfaces/0/{ip,ipv6}`",
    ours: "What the configuration says, by default none",
  },
  {
    what: "`/emulator/…`",
    real: "Does not exist",
    ours: "Health, the local issuer's documents, control API, inspector",
  },
];
