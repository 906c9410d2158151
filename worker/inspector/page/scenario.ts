/**
 * Scenarios: what happens at which time. The same form as `scenario` of the configuration; the page plays it by calls of
 * the control API.
 *
 * @module
 */

/** A call of the control API. */
export interface ControlCall {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

export interface ScenarioStep {
  /** Milliseconds after the start. */
  readonly atMs: number;
  readonly label: string;
  readonly calls: readonly ControlCall[];
}

/** Reads a scenario. Throws an `Error` that names the step. */
export function parseScenario(text: string): readonly ScenarioStep[] {
  const value = JSON.parse(text) as unknown;
  const steps = Array.isArray(value) ? (value as unknown[]) : [value];
  return steps.map(parseStep).sort((a, b) => a.atMs - b.atMs);
}

function parseStep(step: unknown, index: number): ScenarioStep {
  if (typeof step !== "object" || step === null) throw new Error(`Step ${index + 1} is not an object`);
  const { at, ...parts } = step as Record<string, unknown>;
  const atMs = milliseconds(at);
  if (atMs === undefined) throw new Error(`Step ${index + 1}: "at" must be a time such as "5s" or "500ms"`);
  const calls = Object.entries(parts).flatMap(([part, value]) => callsOf(part, value, index));
  if (calls.length === 0) throw new Error(`Step ${index + 1} does nothing: give event, set, delete or faults`);
  return { atMs, calls, label: Object.entries(parts).map(labelOf).join(", ") };
}

function callsOf(part: string, value: unknown, index: number): ControlCall[] {
  if (part === "event") return [{ method: "POST", path: "events", body: JSON.stringify(value) }];
  if (part === "faults") return [{ method: "PUT", path: "faults", body: JSON.stringify(value) }];
  if (part === "set" && typeof value === "object" && value !== null)
    return Object.entries(value).map(([path, node]) => ({
      method: "PUT",
      path: nodePath(path),
      body: JSON.stringify(node),
    }));
  if (part === "delete" && Array.isArray(value))
    return value.map((path) => ({ method: "DELETE", path: nodePath(String(path)) }));
  throw new Error(`Step ${index + 1}: "${part}" is none of event, set (an object), delete (a list), faults`);
}

/** The control API's path of a node. */
export function nodePath(path: string): string {
  return `metadata/${path.split("/").map(encodeURIComponent).join("/")}`;
}

function labelOf([part, value]: [string, unknown]): string {
  if (part === "event") return `event ${String((value as { type?: unknown } | null)?.type)}`;
  if (part === "faults") return "faults";
  const paths = Array.isArray(value) ? value : Object.keys(value as object);
  return `${part} ${paths.join(", ")}`;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function milliseconds(at: unknown): number | undefined {
  if (typeof at === "number" && at >= 0) return at * 1_000;
  if (typeof at !== "string" || !/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(at)) return undefined;
  return [...at.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
}
