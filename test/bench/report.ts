/**
 * What the bench has found, as rows: a table to read, JSON to keep.
 *
 * @module
 */

/** Median and range of what several rounds measured. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** One measure on one runtime. */
export interface Row {
  readonly measure: string;
  readonly runtime: string;
  /** The measured figures, for people. */
  readonly figures: string;
  /** What the target is about: a ratio, a time in milliseconds, a count. */
  readonly value?: Spread;
  readonly unit?: "×" | "ms" | "MiB" | "%" | "KiB" | "calls";
  /** E.g. `≥ 0.85`. */
  readonly target?: string;
  /** What must not happen whatever the machine: it fails the bench. */
  readonly problem?: string | undefined;
}

/** Returns median and range. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { median, low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN };
}

/** Returns the spread of what was measured once. */
export const only = (value: number): Spread => ({ median: value, low: value, high: value });

/** Returns the value below which `part` (0 to 1) of `values` lie. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Whether a row is where its target wants it; `undefined` without one. */
export function isMet({ target, value }: Row): boolean | undefined {
  const [, sign, limit] = /^([≤≥=]) ([\d.]+)/.exec(target ?? "") ?? [];
  if (value === undefined || limit === undefined) return undefined;
  if (sign === "≥") return value.median >= Number(limit);
  return sign === "≤" ? value.median <= Number(limit) : value.median === Number(limit);
}

/** Takes away a target that is about time or memory: a short run shows that everything works, and judges only counts. */
export function untimed({ target, ...row }: Row): Row {
  const isCount = row.unit === "calls" || row.unit === "KiB";
  return isCount && target !== undefined ? { ...row, target } : row;
}

/** Writes rows as a Markdown table. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ["measure", "runtime", "result", "range", "target", "", "figures"],
    ...rows.map((row) => [row.measure, row.runtime, result(row), range(row), row.target ?? "", mark(row), row.figures]),
  ];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

function result({ unit = "×", value }: Row): string {
  return value === undefined ? "" : `${shown(value.median)} ${unit}`;
}

function range({ value }: Row): string {
  return value === undefined || value.low === value.high ? "" : `${shown(value.low)} – ${shown(value.high)}`;
}

function mark(row: Row): string {
  if (row.problem !== undefined) return "broken";
  const met = isMet(row);
  return met === undefined ? "" : met ? "met" : "missed";
}

/** Writes a number with as many digits as mean something. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
