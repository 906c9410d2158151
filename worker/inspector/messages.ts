/**
 * What `/emulator/v1/stream` says, event by event. Types only: the server writes them, the page reads them.
 *
 * @module
 */

/** `hello`: the first event. */
export interface Hello {
  readonly version: string;
  readonly runtime: string;
  readonly preset: string;
  /** Milliseconds since the epoch, by the server's clock: the page may run on another machine. */
  readonly now: number;
  readonly started: number;
}

export type HeaderLine = readonly [name: string, value: string];

/** `request`: one that was answered. */
export interface RequestEvent {
  readonly id: number;
  /** ISO 8601. */
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly client: string;
  readonly fault?: string;
  readonly cache?: string;
  /** As sent, with `[redacted]` for what is secret. */
  readonly request: { readonly headers: readonly HeaderLine[] };
  /** As sent, with fingerprints for tokens. */
  readonly answer: { readonly headers: readonly HeaderLine[]; readonly body: string; readonly cut: boolean };
}

/** `skipped`: more came than can be shown; so many are left out here. */
export interface Skipped {
  readonly count: number;
}

/** One second of traffic. */
export interface Second {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly requests: number;
  /** Answers of 400 and above. */
  readonly errors: number;
  /** Sum over the requests that did not wait for a change. */
  readonly ms: number;
  readonly timed: number;
  /** Requests for tokens, and those that were served from the cache. */
  readonly tokens: number;
  readonly hits: number;
  readonly upstream: number;
}

/** `traffic`: seconds that are new or have changed; those without traffic are left out. */
export interface Traffic {
  readonly now: number;
  readonly seconds: readonly Second[];
}

/** A node of the tree. */
export interface NodeView {
  readonly path: string;
  readonly name: string;
  /** Its key in JSON. */
  readonly json: string;
  readonly kind: "directory" | "text" | "json" | "computed" | "absent";
  /** `text`: the value; `json`: the value as JSON. */
  readonly value?: string;
  readonly children?: readonly NodeView[];
}

/** `tree`: the whole tree after each change. */
export interface TreeEvent {
  readonly version: number;
  readonly root: NodeView;
  /** Paths that were changed while running. */
  readonly changed: readonly string[];
}

/** `waiters`: where requests wait for a change. */
export interface WaitersEvent {
  readonly paths: readonly (readonly [path: string, waiting: number])[];
}

/** A token in the cache. */
export interface TokenView {
  readonly kind: "access" | "id";
  /** Scopes separated by blanks, or the audience. */
  readonly target: string;
  readonly fingerprint?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  readonly mintedAt?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Why the last try to get one failed. */
  readonly failure?: string;
}

export interface AccountView {
  readonly email: string;
  readonly aliases: readonly string[];
  readonly scopes: readonly string[];
  readonly tokens: readonly TokenView[];
}

/** A failed try to get a token. */
export interface TokenFailureView {
  readonly time: string;
  readonly email: string;
  readonly kind: "access" | "id";
  readonly target: string;
  readonly step: string;
  readonly message: string;
}

/** `tokens`: whenever one has come, gone or failed. */
export interface TokensEvent {
  readonly accounts: readonly AccountView[];
  /** Newest first. */
  readonly failures: readonly TokenFailureView[];
}

/** A fault rule as it was given, and how often it has struck. */
export interface FaultView {
  readonly rule: Readonly<Record<string, unknown>> & { readonly path: string };
  readonly struck: number;
}

/** `faults`: the rules in force. */
export interface FaultsEvent {
  readonly rules: readonly FaultView[];
}

/** Every event by its name. */
export interface StreamEvents {
  readonly hello: Hello;
  readonly request: RequestEvent;
  readonly skipped: Skipped;
  readonly traffic: Traffic;
  readonly tree: TreeEvent;
  readonly waiters: WaitersEvent;
  readonly tokens: TokensEvent;
  readonly faults: FaultsEvent;
}
