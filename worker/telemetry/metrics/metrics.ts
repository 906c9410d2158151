/**
 * What this server counts, and how it is printed. Labels have few values each: route templates, statuses, steps. What an
 * instance holds (waiters, tokens) is read when somebody asks.
 *
 * @module
 */
import type { UpstreamRecord } from "../../platform.ts";
import { createRoutes } from "../route.ts";
import { type Exposition, expose } from "./exposition.ts";
import { Counter, type Family, Gauge, Histogram } from "./instruments.ts";

export interface MetricsOptions {
  readonly version: string;
  readonly runtime: string;
  readonly preset: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** Number of requests that wait for a change. */
  readonly waiters: () => number;
  /** Seconds that each held token has left. */
  readonly lifetimes: () => Iterable<readonly [kind: "access" | "id", seconds: number]>;
}

/** An answered request. */
export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  /** How its token came, where it asked for one. */
  readonly cache?: string | undefined;
  readonly fault?: boolean;
}

const prefix = "gce_metadata";
const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Seconds. From a held value to an upstream that hangs. */
const bounds = [0.0005, 0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

export class Metrics {
  readonly #families: readonly Family[];
  readonly #routeOf = createRoutes();
  readonly #requests = new Counter({
    name: `${prefix}_requests`,
    help: "Requests answered, by route template, method and status",
    labels: ["route", "method", "status"],
  });
  readonly #latency = new Histogram(
    {
      name: `${prefix}_request_duration_seconds`,
      help: "Time from a request's arrival to its answer, without those that wait for a change",
      labels: ["route"],
    },
    bounds,
  );
  readonly #cache = new Counter({
    name: `${prefix}_token_cache_requests`,
    help: "Token requests by how the token came: hit, refreshed, coalesced, minted, failed",
    labels: ["outcome"],
  });
  readonly #faults = new Counter({ name: `${prefix}_faults`, help: "Answers that a fault rule had its hand in" });
  readonly #upstream = new Counter({
    name: `${prefix}_upstream_requests`,
    help: "Tries of calls to upstreams, by step of the credential chain and outcome",
    labels: ["step", "outcome"],
  });
  readonly #upstreamLatency = new Histogram(
    { name: `${prefix}_upstream_duration_seconds`, help: "Time of a try of a call to an upstream", labels: ["step"] },
    bounds,
  );

  constructor({ lifetimes, preset, runtime, started, version, waiters }: MetricsOptions) {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({ name: `${prefix}_${name}`, help }, () => [[[], read()]]);
    this.#families = [
      new Gauge(
        { name: `${prefix}_build_info`, help: "What runs here; always 1", labels: ["version", "runtime", "preset"] },
        () => [[[version, runtime, preset], 1]],
      ),
      gauge("start_time_seconds", "When this server began, in seconds since the epoch", () => started / 1000),
      this.#requests,
      this.#latency,
      this.#cache,
      this.#faults,
      this.#upstream,
      this.#upstreamLatency,
      gauge("waiters", "Requests that wait for a change now", waiters),
      new Gauge(
        {
          name: `${prefix}_token_lifetime_seconds`,
          help: "Time left of the held token that expires first, by kind",
          labels: ["kind"],
        },
        () => shortest(lifetimes()),
      ),
      new Gauge({ name: `${prefix}_tokens_held`, help: "Tokens in the cache, by kind", labels: ["kind"] }, () =>
        counted(lifetimes()),
      ),
    ];
    // A rate needs the zero before the first one.
    for (const outcome of ["hit", "refreshed", "coalesced", "minted", "failed"]) this.#cache.add([outcome], 0);
  }

  /** Counts a request. `waited`: its time says how long nothing changed, nothing of this server. */
  request({ cache, fault, method, ms, path, status }: RequestRecord, waited: boolean): void {
    const route = this.#routeOf(path);
    this.#requests.add([route, methods.has(method) ? method : "other", String(status)]);
    if (!waited) this.#latency.observe([route], ms / 1000);
    if (cache !== undefined) this.#cache.add([cache]);
    if (fault === true) this.#faults.add();
  }

  /** Counts a try of a call to an upstream. */
  upstream({ ms, status, step }: UpstreamRecord): void {
    this.#upstream.add([step, status === undefined ? "unreachable" : `${String(status).slice(0, 1)}xx`]);
    this.#upstreamLatency.observe([step], ms / 1000);
  }

  /** Prints everything in the format that an `Accept` header asks for. */
  expose(accept: string | null): Exposition {
    return expose(this.#families, accept);
  }
}

type ByKind = (readonly [values: readonly string[], value: number])[];

function shortest(lifetimes: Iterable<readonly [string, number]>): ByKind {
  const least = new Map<string, number>();
  for (const [kind, seconds] of lifetimes) least.set(kind, Math.min(seconds, least.get(kind) ?? seconds));
  return [...least].map(([kind, seconds]) => [[kind], seconds]);
}

function counted(lifetimes: Iterable<readonly [string, number]>): ByKind {
  const counts = new Map([
    ["access", 0],
    ["id", 0],
  ]);
  for (const [kind] of lifetimes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => [[kind], count]);
}
