/**
 * What a rule of the wire contract is made of. Rules are data: the runner sends them, the documentation page prints them.
 * Every rule names the section of the reference page `mds-behaviour.md` it states, or `host`, `browser`, … for the rules
 * that are this project's own.
 *
 * @module
 */
import type { Runtime } from "../../harness/runtime-command.ts";
import type { SetupName } from "./setups.ts";

/**
 * How well the rule is known: `CONFIRMED` by Google's documentation, clients or captures; `LIKELY` from indirect evidence;
 * `UNKNOWN-chosen`: nobody wrote it down, this is our choice; `OURS`: a rule of this server that the real one need not have.
 */
export type Grade = "CONFIRMED" | "LIKELY" | "UNKNOWN-chosen" | "OURS";

/** A request. `{name}` in target and header values stands for what an earlier step remembered. */
export interface RuleRequest {
  /** Default `GET`. */
  readonly method?: string;
  readonly target: string;
  /** Default `1.1`. */
  readonly version?: "1.0" | "1.1";
  /** Default `metadata.google.internal`; `null` sends none. `PORT` in it stands for the server's port. */
  readonly host?: string | null;
  /** Default `Google`; `null` sends no `Metadata-Flavor`. */
  readonly flavor?: string | null;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** The whole head, for what cannot be said otherwise; `PORT` is replaced. Everything else is ignored. */
  readonly raw?: string;
}

/** What a body must be: the exact text, a pattern, exact JSON, or a check that returns what is wrong. */
export type BodyRule =
  | string
  | RegExp
  | { readonly json: unknown }
  | { readonly contains: readonly string[] }
  | { readonly says: string; readonly check: (body: string, remembered: Remembered) => string | undefined };

/** Values that earlier steps of a rule remembered. */
export type Remembered = Readonly<Record<string, string>>;

/** What the answer must be. Header names are compared with their casing. */
export interface Expectation {
  readonly status: number | readonly number[];
  readonly headers?: Readonly<Record<string, string | RegExp>>;
  readonly absent?: readonly string[];
  readonly body?: BodyRule;
  /** Default `true`: the headers that every answer of the real server carries. `false` where they do not apply. */
  readonly standing?: boolean;
  /** Runtimes whose HTTP layer answers malformed requests before the server sees them, without its headers. */
  readonly bareOn?: readonly Runtime[];
  /** Limits for the time until the whole answer was there, in milliseconds. */
  readonly elapsedMs?: { readonly min?: number; readonly max?: number };
  readonly version?: string;
  /** Whether the connection must be ended by the server. */
  readonly closed?: boolean;
}

/** One request and its answer. */
export interface Step {
  readonly request: RuleRequest;
  readonly expect: Expectation;
  /** Keeps parts of the answer: the value of a header, a member of the JSON body, the whole body, or its bytes' number. */
  readonly remember?: Readonly<
    Record<string, { readonly header: string } | { readonly json: string } | "body" | "length">
  >;
}

/** One documented rule. */
export interface Rule extends Step {
  /** Unique, kebab-case: `flavor-missing`. */
  readonly id: string;
  readonly section: string;
  readonly grade: Grade;
  /** A sentence. */
  readonly title: string;
  /** Default `vm`. */
  readonly setup?: SetupName;
  /** Requests that come first, on connections of their own. */
  readonly before?: readonly Step[];
  /** Runtimes whose own HTTP layer decides otherwise: what they answer, and why. */
  readonly on?: Partial<Readonly<Record<Runtime, Instead>>>;
}

/** What a runtime answers instead. */
export interface Instead {
  readonly why: string;
  readonly expect: Expectation;
}

/** What one file of the table gives: rules that share a section. */
export type RuleDraft = Omit<Rule, "section" | "setup"> & { readonly section?: string; readonly setup?: SetupName };

/** Puts the section, and the set-up if it is not the default, on rules that stand together. */
export function section(name: string, rules: readonly RuleDraft[], setup?: SetupName): Rule[] {
  return rules.map((rule) => ({ section: name, ...(setup === undefined ? {} : { setup }), ...rule }));
}
