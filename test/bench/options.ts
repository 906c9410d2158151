/**
 * What the bench is asked for on its command line, all mistakes told before anything starts.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Runtime, runtimes } from "../harness/runtime-command.ts";
import { flavor } from "./servers.ts";
import { targets } from "./targets.ts";

export const usage = `npm run bench [-- OPTIONS]
  --quick            at most a minute: enough to see that everything answers
  --against URL      put another metadata server beside
  --on A,B           only these runtimes of ${runtimes.join(", ")}
  --soak             instead: mixed load at half of the peak (--seconds N, default 300; default --on node,bun,deno)
  --json FILE        where the figures go (default .cache/bench.json)
  --chart FILE       draw the ratios as SVG
  --page FILE        write the table between its marks in a Markdown file (docs/performance.md)
`;

export interface Options {
  readonly quick: boolean;
  readonly soak: boolean;
  readonly help: boolean;
  readonly seconds: number;
  readonly against: string | undefined;
  readonly on: readonly Runtime[];
  readonly json: string;
  readonly chart: string | undefined;
  readonly page: string | undefined;
}

/** Reads the command line. Rejects with a sentence for people. */
export async function readOptions(): Promise<Options> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      soak: { type: "boolean", default: false },
      seconds: { type: "string", default: "300" },
      against: { type: "string" },
      on: { type: "string" },
      json: { type: "string", default: ".cache/bench.json" },
      chart: { type: "string" },
      page: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { against, chart, help, json, page, quick, soak } = values;
  const seconds = Number(values.seconds);
  const on = (values.on ?? (soak ? "node,bun,deno" : runtimes.join(","))).split(",");
  const strange = on.filter((name) => !runtimes.includes(name as Runtime));
  const mistakes = [
    ...strange.map((name) => `--on: there is no runtime "${name}", only ${runtimes.join(", ")}`),
    ...(Number.isInteger(seconds) && seconds >= 10 ? [] : [`--seconds: "${values.seconds}" is no number from 10 up`]),
    ...(against === undefined ? [] : await problemOf(against)),
  ];
  if (mistakes.length > 0) throw new Error(mistakes.join("\n"));
  return {
    ...{ quick, soak, help, seconds, json, chart, page },
    on: on as Runtime[],
    against: against?.replace(/\/$/, ""),
  };
}

/** Whether a metadata server answers there: figures of a server that refuses everything would say nothing. */
async function problemOf(against: string): Promise<string[]> {
  if (!/^https?:\/\/[^/]+\/?$/.test(against))
    return [`--against: "${against}" is no address like http://127.0.0.1:8080`];
  try {
    const { status } = await fetch(against.replace(/\/$/, "") + targets.token, { headers: flavor });
    return status === 200 ? [] : [`--against: ${against} answers ${status} to ${targets.token}`];
  } catch (error) {
    return [`--against: cannot reach ${against} (${error instanceof Error ? (error.cause ?? error.message) : error})`];
  }
}
