/**
 * One instance of a service with the views of its clients: limits in front of them, the audit behind.
 *
 * @module
 */
import type { ServiceSettings } from "../config/settings.ts";
import type { Emulator } from "../emulator.ts";
import type { Call } from "../http/call.ts";
import { errorReply } from "../http/errors.ts";
import { secondsLeft } from "../http/handlers/tokens.ts";
import type { Answer, Reply } from "../http/reply.ts";
import { styles } from "../http/style.ts";
import type { Instance } from "../instance/instance.ts";
import { messageOf } from "../lib/errors.ts";
import { RateLimiter } from "../lib/rate-limiter.ts";
import type { Platform } from "../platform.ts";
import type { Account } from "../tokens/accounts.ts";
import { type Token, TokenError } from "../tokens/types.ts";
import type { Audit, Mint } from "./audit.ts";
import type { Admitted } from "./gate.ts";
import { createView, type View } from "./view.ts";

/** Clients whose answers are kept ready; one more pushes out the one that was idle longest. */
const maxClients = 1_000;

type Route = (call: Call) => Answer;

export interface TenantDeps {
  readonly service: ServiceSettings;
  readonly platform: Platform;
  readonly audit: Audit;
}

export class Tenant {
  readonly emulator: Emulator;
  readonly #deps: TenantDeps;
  readonly #views = new Map<number, View>();
  readonly #routes = new Map<string, Route>();
  readonly #clients: RateLimiter;
  readonly #accounts: RateLimiter;
  /** Promises of tokens that a request waits for already. */
  readonly #flights = new WeakSet<Promise<Token>>();

  constructor(emulator: Emulator, deps: TenantDeps) {
    this.emulator = emulator;
    this.#deps = deps;
    const { limits } = deps.service;
    this.#clients = new RateLimiter(limits.client, deps.platform.clock);
    this.#accounts = new RateLimiter(limits.account, deps.platform.clock);
  }

  /** Number of requests that wait for a change. */
  get waiting(): number {
    return [...this.#views.values()].reduce((sum, view) => sum + view.waiting, 0);
  }

  /** Whether nobody would miss this tenant if it was built anew later; its journal begins anew then. */
  get idle(): boolean {
    const { faults, pending, store, watchers } = this.emulator;
    const untouched = store.changes.length === 0 && faults.list.length === 0 && !pending;
    return untouched && !faults.suspended && this.waiting === 0 && watchers === 0;
  }

  /** Answers a client that the gate let through. */
  async handle(call: Call, admitted: Admitted): Promise<Reply> {
    const pause = this.#clients.take(admitted.subject.client);
    if (pause === 0) return this.#routeOf(admitted)(call);
    const reason = "too many requests of this client";
    this.#deps.audit.refusal(admitted.subject, { status: 429, reason, path: call.path.slice(0, 200) });
    return styles[this.emulator.instance.preset].error(429, "Too many requests of this client. Try again later.", {
      headers: { "Retry-After": String(Math.ceil(pause / 1000)) },
    });
  }

  /** Ends waiting requests with 503 and leaves the instance as it is, for other rules. */
  release(): Emulator {
    for (const view of this.#views.values()) view.close();
    return this.emulator;
  }

  /** Ends waiting requests with 503. */
  close(): void {
    this.release().close();
  }

  #routeOf(admitted: Admitted): Route {
    const key = `${admitted.rule}\n${admitted.subject.client}`;
    const route = this.#routes.get(key) ?? this.#makeRoute(admitted);
    this.#routes.delete(key);
    this.#routes.set(key, route);
    const [oldest] = this.#routes.keys();
    if (this.#routes.size > maxClients && oldest !== undefined) this.#routes.delete(oldest);
    return route;
  }

  #makeRoute(admitted: Admitted): Route {
    const control = this.#deps.service.clients[admitted.rule]?.control === true;
    return this.emulator.route(this.#audited(this.#viewOf(admitted.rule), admitted), { control });
  }

  #viewOf(rule: number): View {
    const client = this.#deps.service.clients[rule];
    if (client === undefined) throw new RangeError(`There is no rule ${rule}`);
    const view = this.#views.get(rule) ?? createView(this.emulator, client, this.#deps.platform);
    this.#views.set(rule, view);
    return view;
  }

  #audited(view: View, { subject }: Admitted): Instance {
    return {
      ...view,
      accessToken: (account, request, trace) =>
        this.#give(subject, account, { scopes: request.scopes }, () => view.accessToken(account, request, trace)),
      idToken: (account, request, trace) =>
        this.#give(subject, account, { audience: request.audience }, () => view.idToken(account, request, trace)),
    };
  }

  async #give(
    subject: Admitted["subject"],
    { email }: Account,
    what: Pick<Mint, "scopes" | "audience">,
    get: () => Token | Promise<Token>,
  ): Promise<Token> {
    const { audit, platform } = this.#deps;
    try {
      const pause = this.#accounts.take(email);
      if (pause > 0) throw tooMany(email, pause);
      const got = get();
      const cache = this.#outcome(got);
      const token = await got;
      const lifetime = secondsLeft(token, platform.clock.now());
      await audit.mint(subject, { account: email, ...what, lifetime, cache, token: token.value });
      return token;
    } catch (error) {
      const status = errorReply(error, styles.vm)?.status ?? 500;
      audit.refusal(subject, { status, reason: messageOf(error), account: email, ...what });
      throw error;
    }
  }

  #outcome(got: Token | Promise<Token>): Mint["cache"] {
    if (!(got instanceof Promise)) return "hit";
    if (this.#flights.has(got)) return "joined";
    this.#flights.add(got);
    return "miss";
  }
}

function tooMany(email: string, pause: number): TokenError {
  const options = { status: 429, retryAfterMs: pause };
  return new TokenError("refused-request", "credential", `Too many requests for tokens of ${email}`, options);
}
