/**
 * Everything that watches an emulator without being part of any answer: metrics, the log of token flights, the
 * inspector. `emulator.ts` hands its parts over here; where nobody may look, nothing is counted.
 *
 * @module
 */
import type { Settings } from "./config/settings.ts";
import type { Inspector, InspectorParts } from "./inspector/inspector.ts";
import type { TrafficCounter } from "./inspector/traffic.ts";
import type { Platform } from "./platform.ts";
import type { Metrics } from "./telemetry/metrics/metrics.ts";
import { RequestIds } from "./telemetry/request-id.ts";
import type { TokenCacheOptions } from "./tokens/cache.ts";
import { lifetimesOf, logFlights } from "./tokens/held.ts";
import { version } from "./version.ts";

export interface MonitoringOptions {
  readonly settings: Settings;
  readonly platform: Platform;
  /** Whether somebody may look who shows no control token: the clients of a service. */
  readonly watched: boolean;
}

/** What is there to be watched once it has been made. */
export type Watched = Pick<InspectorParts, "accounts" | "cache" | "faults" | "journal" | "store">;

/** The code of what watches; absent where nobody may look. */
interface Loaded {
  readonly inspector: typeof import("./inspector/inspector.ts") | undefined;
  readonly traffic: typeof import("./inspector/traffic.ts") | undefined;
  readonly metrics: typeof import("./telemetry/metrics/metrics.ts") | undefined;
}

type Flight = Parameters<NonNullable<TokenCacheOptions["onFlight"]>>;

/** Builds what watches, and loads only what somebody may look at. */
export async function createMonitoring(options: MonitoringOptions): Promise<Monitoring> {
  const { controlToken, openMetrics } = options.settings;
  const inspected = options.watched || controlToken !== undefined;
  const [inspector, traffic, metrics] = await Promise.all([
    inspected ? import("./inspector/inspector.ts") : undefined,
    inspected ? import("./inspector/traffic.ts") : undefined,
    inspected || openMetrics ? import("./telemetry/metrics/metrics.ts") : undefined,
  ]);
  return new Monitoring(options, { inspector, traffic, metrics });
}

class Monitoring {
  /** The platform, with calls to upstreams counted. */
  readonly platform: Platform;
  readonly ids: RequestIds;
  readonly metrics: Metrics | undefined;
  readonly traffic: TrafficCounter | undefined;
  readonly logsDebug: boolean;
  readonly openMetrics: boolean;
  readonly #about: InspectorParts["about"];
  readonly #logFlight: (...flight: Flight) => void;
  readonly #loaded: Loaded;
  #watched: Watched | undefined;
  #inspector: Inspector | undefined;

  constructor({ platform, settings }: MonitoringOptions, loaded: Loaded) {
    const { logLevel, openMetrics, preset } = settings;
    const { clock, runtime } = platform;
    this.#loaded = loaded;
    this.#about = { version, runtime, preset, started: clock.now() };
    this.#logFlight = logFlights(platform.log);
    this.ids = new RequestIds(platform.random());
    this.logsDebug = logLevel === "debug";
    this.openMetrics = openMetrics;
    this.traffic = loaded.traffic && new loaded.traffic.TrafficCounter(clock);
    this.metrics = loaded.metrics && this.#createMetrics(loaded.metrics, platform);
    this.platform = {
      ...platform,
      onUpstream: (record) => {
        this.metrics?.upstream(record);
        this.traffic?.upstream();
      },
    };
  }

  /** Begins to watch. */
  watch(watched: Watched): void {
    this.#watched = watched;
    const { inspector } = this.#loaded;
    const { traffic } = this;
    if (inspector === undefined || traffic === undefined) return;
    this.#inspector = new inspector.Inspector({ ...watched, clock: this.platform.clock, traffic, about: this.#about });
  }

  /** Told by the token cache how a flight ended. */
  flown(...flight: Flight): void {
    const [key, { error }] = flight;
    this.#logFlight(...flight);
    this.#inspector?.flown(key, error);
  }

  /** Opens the stream of an inspector; `undefined` when that cannot be. */
  openFeed(): ReadableStream<Uint8Array> | undefined {
    return this.#inspector?.open();
  }

  /** Number of open streams. */
  get watchers(): number {
    return this.#inspector?.watchers ?? 0;
  }

  /** Ends every stream. */
  close(): void {
    this.#inspector?.close();
  }

  #createMetrics({ Metrics }: NonNullable<Loaded["metrics"]>, { clock }: Platform): Metrics {
    return new Metrics({
      ...this.#about,
      waiters: () => this.#watched?.store.waiters.count ?? 0,
      lifetimes: () => (this.#watched === undefined ? [] : lifetimesOf(this.#watched.cache, clock.now())),
    });
  }
}
