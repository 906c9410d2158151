/**
 * The last five minutes as four small charts, bars of five seconds each.
 *
 * @module
 */
import type { Second } from "../messages.ts";
import { useNow } from "./parts.tsx";

const barSeconds = 5;
const bars = 60;
const width = 240;
const height = 48;

/** What stands in one bar: its height, and how much of it is bad. */
interface Bar {
  readonly value: number;
  readonly bad?: number;
}

interface ChartProps {
  readonly title: string;
  readonly latest: string;
  readonly bars: readonly Bar[];
  /** The value at the top edge; default the highest bar. */
  readonly top?: number;
}

/** Draws the charts. `ahead`: milliseconds that the server's clock is ahead. */
export function Charts({ seconds, ahead }: { seconds: readonly Second[]; ahead: number }) {
  const now = Math.floor((useNow() + ahead) / 1000);
  const grouped = group(seconds, now);
  const all = sum(grouped.flat());
  const latest = sum(grouped.slice(-2).flat());
  const rate = (count: number) => `${round(count / (2 * barSeconds))}/s`;
  return (
    <section class="charts" aria-label="Charts">
      <Chart title="Requests" latest={rate(latest.requests)} bars={grouped.map((part) => barOf(sum(part)))} />
      <Chart
        title="Latency"
        latest={latest.timed === 0 ? "–" : `${round(latest.ms / latest.timed)} ms`}
        bars={grouped.map((part) => mean(sum(part)))}
      />
      <Chart
        title="Upstream calls"
        latest={rate(latest.upstream)}
        bars={grouped.map((part) => ({ value: sum(part).upstream }))}
      />
      <Chart
        title="Cache hit rate"
        top={1}
        latest={all.tokens === 0 ? "–" : `${Math.round((100 * all.hits) / all.tokens)} %`}
        bars={grouped.map((part) => share(sum(part)))}
      />
    </section>
  );
}

const barOf = ({ requests, errors }: Second): Bar => ({ value: requests, bad: errors });
const mean = ({ ms, timed }: Second): Bar => ({ value: timed === 0 ? 0 : ms / timed });
const share = ({ hits, tokens }: Second): Bar => ({ value: tokens === 0 ? 0 : hits / tokens });

const round = (value: number) => (value >= 10 ? String(Math.round(value)) : value.toFixed(1));

function Chart({ title, latest, bars: all, top }: ChartProps) {
  const highest = top ?? Math.max(1e-9, ...all.map(({ value }) => value));
  const step = width / bars;
  const tall = (value: number) => (value === 0 ? 0 : Math.max(1.5, (height - 2) * (value / highest)));
  return (
    <figure>
      <figcaption>
        {title} <strong>{latest}</strong>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title} over five minutes, now ${latest}`}
      >
        <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} class="base" />
        {all.map(({ value, bad = 0 }, i) =>
          value === 0 ? null : (
            <g key={i}>
              <rect x={i * step + 0.5} width={step - 1} y={height - tall(value)} height={tall(value)} class="bar" />
              <rect x={i * step + 0.5} width={step - 1} y={height - tall(bad)} height={tall(bad)} class="bar bad" />
            </g>
          ),
        )}
      </svg>
    </figure>
  );
}

function group(seconds: readonly Second[], now: number): Second[][] {
  const parts: Second[][] = Array.from({ length: bars }, () => []);
  // Bars stand still: they end at multiples of five seconds.
  const end = (Math.floor(now / barSeconds) + 1) * barSeconds;
  for (const second of seconds) parts[bars - 1 - Math.floor((end - 1 - second.at) / barSeconds)]?.push(second);
  return parts;
}

function sum(seconds: readonly Second[]): Second {
  const total = { at: 0, requests: 0, errors: 0, ms: 0, timed: 0, tokens: 0, hits: 0, upstream: 0 };
  for (const second of seconds) for (const name of Object.keys(total) as (keyof Second)[]) total[name] += second[name];
  return total;
}
