/**
 * A whole emulator on a clock that the test moves, with one account, and a fault in one of the calls that its tokens need.
 *
 * @module
 */
import { loadSettings } from "../../../worker/config/load.ts";
import { createEmulatorCore, type Emulator } from "../../../worker/emulator.ts";
import { callFrom } from "../../../worker/http/request-call.ts";
import type { Platform, ProgramResult } from "../../../worker/platform.ts";
import { createFakeClock, type FakeClock } from "../../fakes/clock.ts";
import type { KeyFile } from "../../fakes/google/directory.ts";
import { createFakeGoogle, type FakeGoogle } from "../../fakes/google.ts";
import { createFakePlatform, type LogLine } from "../../fakes/platform.ts";
import { ci, type LocalFault, secrets, sound, target } from "./sources.ts";
import type { UpstreamFault } from "./upstream.ts";

/** An answer as a client sees it, and how long it took by the fake clock. */
export interface Seen {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
  readonly ms: number;
}

/** What the parts of the world are built from. */
export interface MatrixOptions {
  source(key: KeyFile): object;
  /** Milliseconds by which this machine's clock is ahead of Google's. */
  readonly ahead?: number;
}

export class MatrixWorld {
  readonly google: FakeGoogle;
  readonly clock: FakeClock;
  readonly key: KeyFile;
  readonly lines: readonly LogLine[];
  readonly #emulator: Emulator;
  readonly #state: State;

  constructor(parts: {
    google: FakeGoogle;
    clock: FakeClock;
    key: KeyFile;
    lines: readonly LogLine[];
    emulator: Emulator;
    state: State;
  }) {
    this.google = parts.google;
    this.clock = parts.clock;
    this.key = parts.key;
    this.lines = parts.lines;
    this.#emulator = parts.emulator;
    this.#state = parts.state;
  }

  /** Number of calls that the fault has met. */
  get met(): number {
    return this.#state.met;
  }

  /** Number of calls in all. */
  get calls(): number {
    return this.#state.calls;
  }

  /** Lets every call to a path with this ending meet the fault. */
  break(path: string, fault: UpstreamFault): void {
    Object.assign(this.#state, { path, fault });
  }

  /** Changes the file or the program. */
  breakHere(fault: Partial<Pick<LocalFault, "file" | "program">>): void {
    Object.assign(this.#state, fault);
  }

  /** Puts everything in order again. */
  mend(): void {
    Object.assign(this.#state, { fault: undefined, ...sound });
  }

  /** Asks for a token; the clock moves on whenever a call stands still. */
  async ask(path: string): Promise<Seen> {
    const started = this.clock.now();
    const url = `http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/${path}`;
    const headers = { host: "metadata.google.internal", "metadata-flavor": "Google" };
    let ended: number | undefined;
    const call = callFrom(new Request(url, { headers }));
    const answer = Promise.resolve(this.#emulator.handle(call)).finally(() => {
      ended = this.clock.now();
    });
    await this.#settle(answer);
    const { body, headers: sent, status } = await answer;
    const retryAfter = sent["Retry-After"];
    const text = typeof body === "string" ? body : new TextDecoder().decode(body);
    return { status, body: plain(text), retryAfter, ms: (ended ?? Number.NaN) - started };
  }

  /** Lets calls that stand still run into their time limits until `work` is done. */
  async #settle(work: Promise<unknown>): Promise<void> {
    let done = false;
    const end = work.then(
      () => (done = true),
      () => (done = true),
    );
    while (!done) {
      await Promise.race([end, this.#state.stalls.next()]);
      for (let steps = 0; !done && steps < 100; steps++) await this.clock.advance(100);
    }
  }
}

/** The text of an error page. */
const plain = (body: string) => body.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

/** What the world does at the moment. */
interface State {
  fault: UpstreamFault | undefined;
  path: string;
  met: number;
  calls: number;
  file: string | undefined;
  program: LocalFault["program"];
  readonly stalls: Stalls;
}

/** Calls that stand still, to be waited for. */
class Stalls {
  #seen = 0;
  #told = 0;
  #tell = (): void => undefined;

  add(): void {
    this.#seen++;
    this.#tell();
  }

  /** Resolves when a call has come to stand still that nobody was told of. */
  async next(): Promise<void> {
    if (this.#seen === this.#told) await new Promise<void>((resolve) => (this.#tell = resolve));
    this.#told = this.#seen;
  }
}

/** Builds the world. */
export async function createMatrixWorld({ ahead = 0, source }: MatrixOptions): Promise<MatrixWorld> {
  // Pauses between tries end by themselves; time limits are longer and wait for `ask`.
  const clock = createFakeClock(undefined, { autoBelowMs: 5_001 });
  const google = createFakeGoogle({ now: () => clock.now() - ahead });
  const key = await fill(google);
  const state: State = { fault: undefined, path: "", met: 0, calls: 0, ...sound, stalls: new Stalls() };
  const config = { accounts: { default: { source: source(key) } } };
  const env = { METADATA_CONFIG: JSON.stringify(config), GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: "1" };
  const platform = createFakePlatform({ clock, env, fetch: (url, init) => upstream(state, google, url, init) });
  const complete: Platform = { ...platform, ...locals(state, clock) };
  const emulator = await createEmulatorCore(await loadSettings({ flags: {}, env }, complete), complete);
  return new MatrixWorld({ google, clock, key, lines: platform.lines, emulator, state });
}

async function fill({ directory }: FakeGoogle): Promise<KeyFile> {
  const common = { clientId: "app.example", clientSecret: secrets.client };
  directory.users.push({ ...common, refreshToken: secrets.refresh, email: "ann@example.com" });
  directory.workforceUsers.push({ ...common, refreshToken: secrets.workforce, email: "principal://ann" });
  directory.verifySubjectToken = ({ audience, token, type }) =>
    token === secrets.subject || (type.includes("aws") && token.includes("AKIAEXAMPLE"))
      ? { audience, type, principal: "principal://job" }
      : undefined;
  for (const caller of [ci, "principal://job"]) directory.allow(caller, target);
  return directory.createServiceAccount(ci);
}

async function upstream(state: State, google: FakeGoogle, url: string, init: RequestInit = {}): Promise<Response> {
  state.calls++;
  const { fault } = state;
  if (fault !== undefined && new URL(url).pathname.endsWith(state.path)) {
    state.met++;
    const answer = fault.act(init.signal ?? new AbortController().signal);
    if (fault.stands === true) state.stalls.add();
    return answer;
  }
  return foreign(url) ?? google.fetch(url, init);
}

/** The identity provider and AWS's metadata server. */
function foreign(url: string): Response | undefined {
  const { pathname } = new URL(url);
  if (pathname === "/subject") return Response.json({ value: secrets.subject });
  if (pathname === "/latest/session") return new Response("session");
  if (pathname === "/latest/zone") return new Response("eu-west-1b");
  if (pathname === "/latest/roles") return new Response("role");
  if (pathname !== "/latest/roles/role") return undefined;
  return Response.json({ AccessKeyId: "AKIAEXAMPLE", SecretAccessKey: secrets.aws, Token: "t" });
}

function locals(state: State, clock: FakeClock): Pick<Platform, "readTextFile" | "run"> {
  return {
    async readTextFile(path) {
      if (state.file !== undefined) return state.file;
      throw Object.assign(new Error(`no such file, open '${path}'`), { code: "ENOENT" });
    },
    run: (_, { timeoutMs }) => {
      const { program = "missing" } = state;
      if (program === "missing") return Promise.reject(Object.assign(new Error("spawn"), { code: "ENOENT" }));
      if (program !== "hang") return Promise.resolve({ ...program, stderr: "" } satisfies ProgramResult);
      return new Promise((_resolve, reject) => clock.timer(timeoutMs, () => reject(new Error("killed"))));
    },
  };
}
