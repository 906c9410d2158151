/**
 * The two text formats that scrapers read: Prometheus' own, and OpenMetrics 1.0 for those who ask for it.
 *
 * @module
 */
import type { Family, Sample } from "./instruments.ts";

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

const prometheus = "text/plain; version=0.0.4; charset=utf-8";
const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Prints every family in the format that an `Accept` header asks for. */
export function expose(families: readonly Family[], accept: string | null): Exposition {
  const open = prefersOpenMetrics(accept ?? "");
  const lines = families.flatMap((family) => linesOf(family, open));
  return {
    contentType: open ? openMetrics : prometheus,
    text: `${[...lines, ...(open ? ["# EOF"] : [])].join("\n")}\n`,
  };
}

/** Whether OpenMetrics weighs at least as much as plain text, and is named at all. */
function prefersOpenMetrics(accept: string): boolean {
  const weights = new Map<string, number>();
  for (const part of accept.toLowerCase().split(",")) {
    const [type = "", ...parameters] = part.split(";").map((text) => text.trim());
    const q = parameters.find((text) => text.startsWith("q="))?.slice(2);
    const weight = q === undefined ? 1 : Number(q);
    weights.set(type, Math.max(weights.get(type) ?? 0, Number.isNaN(weight) ? 0 : weight));
  }
  const open = weights.get("application/openmetrics-text") ?? 0;
  return open > 0 && open >= (weights.get("text/plain") ?? 0);
}

function linesOf(family: Family, open: boolean): string[] {
  const { help, name } = family.description;
  // Prometheus' own format names a counter as its sample is named.
  const shown = family.type === "counter" && !open ? `${name}_total` : name;
  return [
    `# HELP ${shown} ${escapeHelp(help, open)}`,
    `# TYPE ${shown} ${family.type}`,
    ...[...family.samples()].map((sample) => lineOf(name, sample)),
  ];
}

function lineOf(name: string, { labels, suffix, value }: Sample): string {
  const inner = labels.map(([label, text]) => `${label}="${escapeLabel(text)}"`).join(",");
  return `${name}${suffix}${inner === "" ? "" : `{${inner}}`} ${value}`;
}

const escapeLabel = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');

function escapeHelp(text: string, open: boolean): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return open ? escaped.replaceAll('"', '\\"') : escaped;
}
