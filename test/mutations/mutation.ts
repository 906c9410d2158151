/**
 * What a mutation is, and the runs of tests that have to notice one. The tables are in `defences/`.
 *
 * @module
 */

/** A change of one place that takes a defence out. */
export interface Mutation extends Noticed {
  readonly defence: string;
  /** Below `node_modules/`: what `patches/` has changed there. */
  readonly file: string;
  /** Stands once in `file`. */
  readonly from: string;
  readonly to: string;
}

/** The tests that have to notice. */
interface Noticed {
  readonly project: "unit" | "served:node" | "served:workerd";
  readonly test: string;
  /** Which tests of the file, by their names. */
  readonly only?: string;
}

/** Mutations by the threat that they let in: the beginning of its row, or of its entry in a list, of SECURITY.md. */
export type ByThreat = Readonly<Record<string, readonly Mutation[]>>;

const filtered = (only: string | undefined) => (only === undefined ? {} : { only });

/** A file of unit tests. */
export function unit(name: string, only?: string): Noticed {
  return { project: "unit", test: `test/unit/${name}.test.ts`, ...filtered(only) };
}

/** A file of tests of the served worker on Node. */
export function served(name: string, only?: string): Noticed {
  return { project: "served:node", test: `test/served/${name}.test.ts`, ...filtered(only) };
}

/** The same on workerd, for what is there alone. */
export function onWorkerd(name: string, only: string): Noticed {
  return { ...served(name, only), project: "served:workerd" };
}

/** Rules of the wire contract, by the beginning of their ids. */
export const wire = (only: string): Noticed => served("wire", only);
