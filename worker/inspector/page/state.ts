/**
 * What the page knows, and how each event of the stream changes it. Pure: nothing here touches the document.
 *
 * @module
 */
import type {
  FaultView,
  Hello,
  NodeView,
  RequestEvent,
  Second,
  StreamEvents,
  TokensEvent,
  TreeEvent,
} from "../messages.ts";

/** A value of the tree that became another while the page looked. */
export interface ValueChange {
  /** Milliseconds since the epoch, by the page's clock. */
  readonly at: number;
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface State {
  readonly hello: Hello | undefined;
  /** Milliseconds that the server's clock is ahead of the page's. */
  readonly ahead: number;
  /** Newest first. */
  readonly requests: readonly RequestEvent[];
  readonly skipped: number;
  readonly seconds: readonly Second[];
  readonly tree: TreeEvent | undefined;
  /** Newest first. */
  readonly changes: readonly ValueChange[];
  readonly waiting: ReadonlyMap<string, number>;
  readonly tokens: TokensEvent | undefined;
  readonly faults: readonly FaultView[];
}

export const emptyState: State = {
  hello: undefined,
  ahead: 0,
  requests: [],
  skipped: 0,
  seconds: [],
  tree: undefined,
  changes: [],
  waiting: new Map(),
  tokens: undefined,
  faults: [],
};

const maxRequests = 1_000;
const maxSeconds = 300;
const maxChanges = 100;

type Reducers = {
  readonly [Name in keyof StreamEvents]: (state: State, event: StreamEvents[Name], now: number) => State;
};

const reducers: Reducers = {
  // Everything comes anew after a lost connection; requests that are known already are not doubled.
  hello: (state, hello, now) => {
    const same = state.hello?.started === hello.started;
    return {
      ...emptyState,
      ...(same ? { requests: state.requests, changes: state.changes, tree: state.tree } : {}),
      hello,
      ahead: hello.now - now,
    };
  },
  request: (state, request) => {
    if (state.requests.some(({ id }) => id === request.id)) return state;
    return { ...state, requests: [request, ...state.requests].slice(0, maxRequests) };
  },
  skipped: (state, { count }) => ({ ...state, skipped: state.skipped + count }),
  traffic: (state, { seconds }) => ({ ...state, seconds: [...state.seconds, ...seconds].slice(-maxSeconds) }),
  tree: (state, tree, now) => {
    const changes = state.tree === undefined ? [] : differences(state.tree.root, tree.root, now);
    return { ...state, tree, changes: [...changes, ...state.changes].slice(0, maxChanges) };
  },
  waiters: (state, { paths }) => ({ ...state, waiting: new Map(paths) }),
  tokens: (state, tokens) => ({ ...state, tokens }),
  faults: (state, { rules }) => ({ ...state, faults: rules }),
};

/** Returns the state after an event; one of a newer server that this page does not know changes nothing. */
export function reduce(state: State, name: string, data: string, now: number): State {
  if (!Object.hasOwn(reducers, name)) return state;
  const reducer = reducers[name as keyof StreamEvents] as (state: State, event: unknown, now: number) => State;
  return reducer(state, JSON.parse(data) as unknown, now);
}

function differences(before: NodeView, after: NodeView, at: number): ValueChange[] {
  const old = valuesOf(before);
  const next = valuesOf(after);
  const paths = [...new Set([...old.keys(), ...next.keys()])];
  return paths
    .filter((path) => old.get(path) !== next.get(path))
    .map((path) => ({ at, path, before: old.get(path), after: next.get(path) }));
}

function valuesOf(node: NodeView, into = new Map<string, string>()): Map<string, string> {
  if (node.value !== undefined) into.set(node.path, node.value);
  for (const child of node.children ?? []) valuesOf(child, into);
  return into;
}
