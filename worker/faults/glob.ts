/**
 * Globs over request paths, without regular expressions: rules and paths may come from strangers, and a backtracking
 * pattern would let a few stars stop the server. The cost is at most the length of the glob times that of the path.
 *
 * @module
 */

/** A run of stars (before a slash: with it), one character of either kind, or literal text. */
const parts = /(?:\*{2,}\/)+|\*{2,}|[*?]|[^*?]+/g;

/**
 * Returns the test of a glob: `*` is any run within a segment, `**` any run (before a slash: any number of whole
 * segments), `?` one character; the rest is literal. Without a leading slash it stands below `/computeMetadata/v1/`;
 * without any slash it is the last name of a path (`token`), and `*` alone is every path.
 */
export function createGlob(glob: string): (path: string) => boolean {
  if (/^\*+$/.test(glob)) return () => true;
  const steps = (rooted(glob).match(parts) ?? []).map(stepOf);
  return (path) => {
    let ends: readonly number[] = [0];
    for (const step of steps) {
      ends = step(path, ends);
      if (ends.length === 0) return false;
    }
    return ends.at(-1) === path.length;
  };
}

function rooted(glob: string): string {
  if (glob.startsWith("/")) return glob;
  if (!glob.includes("/")) return `/**/${glob}`;
  return glob.startsWith("**") ? `/${glob}` : `/computeMetadata/v1/${glob}`;
}

/** From where the parts before it can end in a path to where this one can, both ascending. `starts` is never empty. */
type Step = (path: string, starts: readonly number[]) => number[];

function stepOf(part: string): Step {
  if (part.startsWith("**")) return part.endsWith("/") ? segments : anything;
  if (part === "*") return withinSegment;
  if (part === "?") return oneCharacter;
  return (path, starts) => starts.filter((at) => path.startsWith(part, at)).map((at) => at + part.length);
}

const oneCharacter: Step = (path, starts) =>
  starts.filter((at) => at < path.length && path[at] !== "/").map((at) => at + 1);

const withinSegment: Step = (path, starts) => {
  const ends: number[] = [];
  for (const start of starts) {
    // What an earlier start has reached is not walked again.
    if (start <= (ends.at(-1) ?? -1)) continue;
    let at = start;
    ends.push(at);
    while (at < path.length && path[at] !== "/") ends.push(++at);
  }
  return ends;
};

const anything: Step = (path, [first = 0]) => Array.from({ length: path.length - first + 1 }, (_, i) => first + i);

const segments: Step = (path, starts) => {
  const held = new Set(starts);
  return anything(path, starts).filter((at, i) => held.has(at) || (i > 0 && path[at - 1] === "/"));
};
