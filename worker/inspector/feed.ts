/**
 * The stream that a page reads: everything as it is now, then what becomes different. It looks when something happened,
 * and twice a second for what tells nobody (waiters, expired rules); it never falls behind, it leaves out.
 *
 * @module
 */
import { createSteadyTime } from "../lib/steady.ts";
import type { Clock } from "../platform.ts";
import type { Journal } from "../telemetry/journal.ts";
import type { FaultsEvent, Hello, StreamEvents, TokensEvent, TreeEvent, WaitersEvent } from "./messages.ts";
import { createRequestView } from "./request-view.ts";
import type { TrafficCounter } from "./traffic.ts";

/** What the feed tells of. Each `state` differs whenever its subject does. */
export interface FeedSources {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly traffic: TrafficCounter;
  readonly hello: () => Hello;
  readonly tree: Subject<TreeEvent>;
  readonly waiters: Subject<WaitersEvent>;
  readonly tokens: Subject<TokensEvent>;
  readonly faults: Subject<FaultsEvent>;
}

export interface Subject<T> {
  state(): string;
  describe(): T | Promise<T>;
}

const idleMs = 500;
/** A burst of requests becomes few events' worth of packets. */
const gapMs = 50;
const heartbeatMs = 10_000;
/** Requests told at a time; of more, the newest. */
const maxRequests = 200;

export class Feed {
  readonly #sources: FeedSources;
  readonly #states = new Map<string, string>();
  readonly #unsubscribe: () => void;
  readonly #steady: () => number;
  readonly #onEnd: (feed: Feed) => void;
  readonly #encoder = new TextEncoder();
  readonly #describeRequest = createRequestView();
  #greeted = false;
  #lastRequest = 0;
  /** Second since the epoch from which traffic is still to be told. */
  #from = 0;
  #sentAt = 0;
  #ended = false;
  #fresh = false;
  #wake = (): void => undefined;

  constructor(sources: FeedSources, onEnd: (feed: Feed) => void) {
    this.#sources = sources;
    this.#onEnd = onEnd;
    this.#steady = createSteadyTime(sources.clock);
    this.#unsubscribe = sources.journal.subscribe(() => {
      this.#fresh = true;
      this.#wake();
    });
  }

  /** Returns the feed as a body. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      pull: (controller) => this.#pull(controller),
      cancel: () => this.end(),
    });
  }

  /** Ends the stream; a client sees its end. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unsubscribe();
    this.#onEnd(this);
    this.#wake();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (!this.#ended) {
      const text = await this.#news();
      if (text !== "") {
        controller.enqueue(this.#encoder.encode(text));
        this.#sentAt = this.#steady();
        return;
      }
      await this.#pause(idleMs);
      if (!this.#ended && this.#fresh) await this.#pause(gapMs);
    }
    controller.close();
  }

  /** Everything that is new, as text of server-sent events; empty when nothing is. */
  async #news(): Promise<string> {
    const { faults, hello, tokens, tree, waiters } = this.#sources;
    this.#fresh = false;
    const parts = this.#greeted ? [] : [event("hello", hello())];
    this.#greeted = true;
    parts.push(await this.#changed("tree", tree), await this.#changed("waiters", waiters));
    parts.push(await this.#changed("tokens", tokens), await this.#changed("faults", faults));
    parts.push(await this.#requests(), this.#traffic());
    const text = parts.join("");
    return text === "" && this.#steady() - this.#sentAt >= heartbeatMs ? ": still here\n\n" : text;
  }

  async #changed<Name extends keyof StreamEvents>(name: Name, subject: Subject<StreamEvents[Name]>): Promise<string> {
    const state = subject.state();
    if (this.#states.get(name) === state) return "";
    this.#states.set(name, state);
    return event(name, await subject.describe());
  }

  async #requests(): Promise<string> {
    const all = this.#sources.journal.since(this.#lastRequest);
    const shown = all.slice(-maxRequests);
    this.#lastRequest = all.at(-1)?.entry.id ?? this.#lastRequest;
    const skipped = all.length - shown.length;
    const events = await Promise.all(
      shown.map(async (record) => event("request", await this.#describeRequest(record))),
    );
    return [skipped > 0 ? event("skipped", { count: skipped }) : "", ...events].join("");
  }

  #traffic(): string {
    const now = this.#sources.clock.now();
    const seconds = this.#sources.traffic.since(this.#from).filter(({ at }) => at < Math.floor(now / 1000));
    const last = seconds.at(-1);
    if (last === undefined) return "";
    this.#from = last.at + 1;
    return event("traffic", { now, seconds });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#sources.clock.timer(ms, () => this.#wake());
      this.#wake = () => {
        this.#wake = () => undefined;
        cancel();
        resolve();
      };
    });
  }
}

function event<Name extends keyof StreamEvents>(name: Name, data: StreamEvents[Name]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
