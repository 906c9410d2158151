/**
 * The table's first rows as a picture: requests per second as a share of the bare handler's.
 *
 * @module
 */
import type { Row } from "./report.ts";

const width = 720;
const left = 170;
const barHeight = 16;
const gap = 6;
const groupGap = 18;
const scale = (width - left - 70) / 1.2;

/** Draws the rows that are ratios to a bare handler, by runtime. */
export function chartOf(rows: readonly Row[], title: string): string {
  const bars = rows.filter(
    ({ measure, value }) => measure.endsWith(" / bare handler") && value && !/wake/.test(measure),
  );
  const groups = [...new Set(bars.map(({ runtime }) => runtime))];
  let y = 52;
  const parts: string[] = [];
  for (const runtime of groups) {
    parts.push(text(12, y + barHeight - 3, runtime, "font-weight='bold'"));
    for (const row of bars.filter((each) => each.runtime === runtime)) {
      parts.push(barOf(row, y));
      y += barHeight + gap;
    }
    y += groupGap;
  }
  const height = y + 26;
  const axis = [0, 0.25, 0.5, 0.75, 1].map((at) => {
    const x = left + at * scale;
    const dash = at === 1 ? "" : " stroke-dasharray='2 3'";
    return `<line x1='${x}' y1='40' x2='${x}' y2='${y}' stroke='#888'${dash}/>${text(x - 8, y + 16, String(at))}`;
  });
  return `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${width} ${height}' font-family='sans-serif' font-size='12' role='img' aria-label='${title}'>
<rect width='${width}' height='${height}' fill='#fff'/>
${text(12, 22, title, "font-size='14'")}
${axis.join("\n")}
${parts.join("\n")}
</svg>
`;
}

function barOf({ measure, target, value }: Row, y: number): string {
  const { high, low, median } = value ?? { high: 0, low: 0, median: 0 };
  const middle = y + barHeight / 2;
  const x = (ratio: number) => (left + Math.min(1.2, ratio) * scale).toFixed(1);
  const goal = Number(/[\d.]+/.exec(target ?? "")?.[0]);
  const mark = Number.isNaN(goal)
    ? ""
    : `<line x1='${x(goal)}' y1='${y - 2}' x2='${x(goal)}' y2='${y + barHeight + 2}' stroke='#c2410c' stroke-width='2'/>`;
  return [
    text(80, y + barHeight - 4, measure.replace(" / bare handler", "")),
    `<rect x='${left}' y='${y}' width='${(Math.min(1.2, median) * scale).toFixed(1)}' height='${barHeight}' fill='#4f86c6'/>`,
    `<line x1='${x(low)}' y1='${middle}' x2='${x(high)}' y2='${middle}' stroke='#1e3a5f' stroke-width='2'/>`,
    mark,
    text(left + Math.min(1.2, Math.max(high, median)) * scale + 6, y + barHeight - 4, median.toFixed(2)),
  ].join("");
}

function text(x: number, y: number, content: string, more = ""): string {
  return `<text x='${x.toFixed(1)}' y='${y}' fill='#222' ${more}>${content}</text>`;
}
