/**
 * What a recorded answer is made of: what somebody saw a real server send, and every difference that ours may show, each
 * with its reason. A difference that is not listed fails the test, and so does a listed one that is none.
 *
 * @module
 */
import type { RuleRequest } from "../wire/rule.ts";
import type { SetupName } from "../wire/setups.ts";

/** A difference that is meant to be. */
export interface Explained {
  /** `body`, or the name of a header. */
  readonly where: string;
  readonly why: string;
  /** The parts that may differ; without it all of it may. */
  readonly part?: RegExp;
  /** Only one of the two has the part. */
  readonly oneSided?: true;
}

/** One answer of a real server. */
export interface RecordedAnswer {
  /** The tag of the source in the reference page `mds-behaviour.md`, or the issue that has it. */
  readonly source: string;
  readonly section: string;
  readonly setup: SetupName;
  readonly request: RuleRequest;
  readonly status: number;
  /** All headers with their casing; `undefined` where only the body was recorded. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole body, or pieces of it in their order where the record is an excerpt; `undefined` where there is none. */
  readonly body?: string | readonly string[];
  /** The body is a JWT; recorded are its claims as JSON. */
  readonly claims?: true;
  readonly explained?: readonly Explained[];
}

const anotherTime: Explained = { where: "Date", why: "Another time" };
const anotherState: Explained = { where: "ETag", why: "Another state of the tree", part: /[0-9a-f]{16}/ };

/** Stands where the source does not tell the time. */
export const untold = "not recorded";

/** An error page: same sentence, our own words around it. */
export const ownPage: readonly Explained[] = [
  anotherTime,
  { where: "Content-Length", why: "The page around the sentence is our own" },
];

/** An answer whose content does not change. */
export const fixed: readonly Explained[] = [anotherTime];

/** A value of the tree. */
export const value: readonly Explained[] = [anotherTime, anotherState];
