/**
 * Everything that watches an emulator without being part of any answer: metrics, the log of token flights, the
 * inspector. `emulator.ts` hands its parts over here; where nobody may look, nothing is counted.
 *
 * @module
 */
import type { Settings } from "./config/settings.ts";
import { Inspector, type InspectorParts } from "./inspector/inspector.ts";
import { TrafficCounter } from "./inspector/traffic.ts";
import type { Platform } from "./platform.ts";
import { Metrics } from "./telemetry/metrics/metrics.ts";
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

type Flight = Parameters<NonNullable<TokenCacheOptions["onFlight"]>>;

export class Monitoring {
  /** The platform, with calls to upstreams counted. */
  readonly platform: Platform;
  readonly ids: RequestIds;
  readonly metrics: Metrics | undefined;
  readonly traffic: TrafficCounter | undefined;
  readonly logsDebug: boolean;
  readonly openMetrics: boolean;
  readonly #about: InspectorParts["about"];
  readonly #logFlight: (...flight: Flight) => void;
  #watched: Watched | undefined;
  #inspector: Inspector | undefined;

  constructor({ platform, settings, watched }: MonitoringOptions) {
    const { controlToken, logLevel, openMetrics, preset } = settings;
    const { clock, runtime } = platform;
    const inspected = watched || controlToken !== undefined;
    this.#about = { version, runtime, preset, started: clock.now() };
    this.#logFlight = logFlights(platform.log);
    this.ids = new RequestIds(platform.random());
    this.logsDebug = logLevel === "debug";
    this.openMetrics = openMetrics;
    this.traffic = inspected ? new TrafficCounter(clock) : undefined;
    this.metrics = inspected || openMetrics ? this.#createMetrics(platform) : undefined;
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
    const { traffic } = this;
    if (traffic === undefined) return;
    this.#inspector = new Inspector({ ...watched, clock: this.platform.clock, traffic, about: this.#about });
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

  #createMetrics({ clock }: Platform): Metrics {
    return new Metrics({
      ...this.#about,
      waiters: () => this.#watched?.store.waiters.count ?? 0,
      lifetimes: () => (this.#watched === undefined ? [] : lifetimesOf(this.#watched.cache, clock.now())),
    });
  }
}
