/**
 * The inspector's server side: watches tokens and traffic of an instance, and opens a feed for each page.
 *
 * @module
 */
import type { FaultRules } from "../faults/rules.ts";
import type { Store } from "../metadata/store.ts";
import type { Clock } from "../platform.ts";
import type { Journal } from "../telemetry/journal.ts";
import type { Account } from "../tokens/accounts.ts";
import type { TokenCache } from "../tokens/cache.ts";
import { Feed, type FeedSources } from "./feed.ts";
import type { FaultsEvent, Hello } from "./messages.ts";
import { TokensView } from "./tokens-view.ts";
import type { TrafficCounter } from "./traffic.ts";
import { describeTree } from "./tree-view.ts";

export interface InspectorParts {
  readonly clock: Clock;
  readonly store: Store;
  readonly journal: Journal;
  readonly faults: FaultRules;
  readonly cache: TokenCache;
  readonly accounts: () => readonly Account[];
  readonly traffic: TrafficCounter;
  readonly about: Omit<Hello, "now">;
}

/** Pages at a time: each holds a connection. */
export const maxFeeds = 32;

export class Inspector {
  readonly #tokens: TokensView;
  readonly #sources: FeedSources;
  readonly #feeds = new Set<Feed>();
  #closed = false;

  constructor(parts: InspectorParts) {
    const { about, accounts, cache, clock, faults, journal, store, traffic } = parts;
    this.#tokens = new TokensView(cache, accounts);
    this.#sources = {
      clock,
      journal,
      traffic,
      hello: () => ({ ...about, now: clock.now() }),
      tree: { state: () => String(store.snapshot.version), describe: () => describeTree(store) },
      waiters: {
        state: () => JSON.stringify(store.waiters.paths()),
        describe: () => ({ paths: store.waiters.paths() }),
      },
      tokens: { state: () => this.#tokens.state, describe: () => this.#tokens.describe() },
      faults: { state: () => JSON.stringify(faults.tally), describe: (): FaultsEvent => ({ rules: faults.tally }) },
    };
  }

  /** Notes how a flight of the token cache ended. */
  flown(key: string, error: unknown): void {
    this.#tokens.flown(key, error, this.#sources.clock.now());
  }

  /** Opens the stream of a page; `undefined` when there are too many, or the server closes. */
  open(): ReadableStream<Uint8Array> | undefined {
    if (this.#closed || this.#feeds.size >= maxFeeds) return undefined;
    const feed = new Feed(this.#sources, (ended) => this.#feeds.delete(ended));
    this.#feeds.add(feed);
    return feed.stream();
  }

  /** Number of open streams. */
  get watchers(): number {
    return this.#feeds.size;
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    for (const feed of [...this.#feeds]) feed.end();
  }
}
