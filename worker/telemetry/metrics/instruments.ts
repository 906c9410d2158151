/**
 * The three kinds of instruments that this server needs, without a library: those for Node lean on Node. Labels are
 * given as a list of values, in the order in which the instrument was made; each combination is one series.
 *
 * @module
 */

/** Name, explanation and label names of an instrument. */
export interface Description {
  /** Without `_total`: the text formats differ in where they put it. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** One printed number: what follows the name, its labels, the value. */
export interface Sample {
  readonly suffix: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

/** What the text formats print. */
export interface Family {
  readonly type: "counter" | "gauge" | "histogram";
  readonly description: Description;
  samples(): Iterable<Sample>;
}

/** Above this many series the rest is counted under one, labelled `other`: labels may never grow without bound. */
export const maxSeries = 500;

class Series<T> {
  readonly #byKey = new Map<string, { readonly values: readonly string[]; readonly state: T }>();
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  of(values: readonly string[]): T {
    const key = values.length === 1 ? (values[0] ?? "") : values.join("\n");
    const known = this.#byKey.get(key);
    if (known !== undefined) return known.state;
    if (this.#byKey.size >= maxSeries && key !== other(values).join("\n")) return this.of(other(values));
    const state = this.#make();
    this.#byKey.set(key, { values, state });
    return state;
  }

  *all(names: readonly string[] = []): Generator<{ labels: Sample["labels"]; state: T }> {
    for (const { state, values } of this.#byKey.values())
      yield { labels: names.map((name, i) => [name, values[i] ?? ""] as const), state };
  }
}

const other = (values: readonly string[]) => values.map(() => "other");

/** Only goes up. */
export class Counter implements Family {
  readonly type = "counter";
  readonly description: Description;
  readonly #series = new Series(() => ({ value: 0 }));

  constructor(description: Description) {
    this.description = description;
    if ((description.labels ?? []).length === 0) this.#series.of([]);
  }

  add(values: readonly string[] = [], by = 1): void {
    this.#series.of(values).value += by;
  }

  *samples(): Generator<Sample> {
    for (const { labels, state } of this.#series.all(this.description.labels))
      yield { suffix: "_total", labels, value: state.value };
  }
}

/** Read when it is asked for. `read` returns each series as label values and the number. */
export class Gauge implements Family {
  readonly type = "gauge";
  readonly description: Description;
  readonly #read: () => Iterable<readonly [values: readonly string[], value: number]>;

  constructor(description: Description, read: () => Iterable<readonly [values: readonly string[], value: number]>) {
    this.description = description;
    this.#read = read;
  }

  *samples(): Generator<Sample> {
    const names = this.description.labels ?? [];
    for (const [values, value] of this.#read())
      yield { suffix: "", labels: names.map((name, i) => [name, values[i] ?? ""] as const), value };
  }
}

/** Counts observations by size. */
export class Histogram implements Family {
  readonly type = "histogram";
  readonly description: Description;
  /** Upper ends, ascending, without the infinite one. */
  readonly #bounds: readonly number[];
  readonly #series: Series<{ readonly counts: number[]; sum: number; count: number }>;

  constructor(description: Description, bounds: readonly number[]) {
    this.description = description;
    this.#bounds = bounds;
    this.#series = new Series(() => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }));
  }

  observe(values: readonly string[], size: number): void {
    const state = this.#series.of(values);
    state.sum += size;
    state.count++;
    for (let i = 0; i < this.#bounds.length; i++) {
      if (size > (this.#bounds[i] ?? 0)) continue;
      state.counts[i] = (state.counts[i] ?? 0) + 1;
      break;
    }
  }

  *samples(): Generator<Sample> {
    for (const { labels, state } of this.#series.all(this.description.labels)) {
      let below = 0;
      for (const [i, bound] of this.#bounds.entries()) {
        below += state.counts[i] ?? 0;
        yield { suffix: "_bucket", labels: [...labels, ["le", numeral(bound)]], value: below };
      }
      yield { suffix: "_bucket", labels: [...labels, ["le", "+Inf"]], value: state.count };
      yield { suffix: "_sum", labels, value: state.sum };
      yield { suffix: "_count", labels, value: state.count };
    }
  }
}

/** OpenMetrics wants bounds as floats: `1.0`. */
const numeral = (bound: number) => (Number.isInteger(bound) ? `${bound}.0` : String(bound));
