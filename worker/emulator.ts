/**
 * The composition root: settings and a platform in, a server without a socket out. Everything that replaces a part
 * (another store, another source, another runtime) is joined here and nowhere else.
 *
 * @module
 */
import { assertReloadable, hasLife, sameAccounts, sameLife } from "./config/reload.ts";
import type { Settings } from "./config/settings.ts";
import type { Control } from "./control/control.ts";
import { FaultRules } from "./faults/rules.ts";
import type { LoadAssets } from "./http/handlers/inspector.ts";
import { toResponse } from "./http/reply.ts";
import { callFrom, type RequestFacts } from "./http/request-call.ts";
import { styles } from "./http/style.ts";
import { createViews, type Views } from "./http/views.ts";
import { claimsOf } from "./instance/claims.ts";
import { createInstance, heldView, type Instance } from "./instance/instance.ts";
import { onDemand } from "./lib/on-demand.ts";
import { additionsOf } from "./metadata/additions.ts";
import { fittingChanges } from "./metadata/fitting.ts";
import { type SaveChanges, Store, type StoreOptions } from "./metadata/store.ts";
import { createMonitoring } from "./monitoring.ts";
import type { OsLoginSettings } from "./oslogin/schema.ts";
import type { Platform } from "./platform.ts";
import { type ResolveOptions, resolve } from "./resolve.ts";
import { Journal } from "./telemetry/journal.ts";
import { Accounts } from "./tokens/accounts.ts";
import { TokenCache } from "./tokens/cache.ts";
import type { IssuerKeys } from "./tokens/issuer-keys.ts";
import { LocalIssuer } from "./tokens/local-issuer.ts";
import { createMintLimit } from "./tokens/mint-limit.ts";
import { version } from "./version.ts";

export interface EmulatorOptions extends ResolveOptions {
  /** Changes of an earlier run, and where to keep new ones. */
  readonly changes?: StoreOptions["changes"];
  readonly save?: SaveChanges;
  /** Keys of the local issuer from an earlier run, and where to keep new ones. */
  readonly keys?: IssuerKeys | undefined;
  readonly onKeys?: (keys: IssuerKeys) => void | Promise<void>;
  /** Who was here before, in the same memory: rules and journal go on, and no scenario begins anew. */
  readonly former?: Pick<Emulator, "faults" | "journal"> | undefined;
  /** Whether requests are kept for `requests()`. Default: when there is a control token, which lets somebody ask. */
  readonly keepRequests?: boolean;
  /** Loads the inspector's page, which is served when there is a control token. Default: there is no page. */
  readonly loadAssets?: LoadAssets;
}

/** A running emulator without a socket. */
export interface Emulator extends Views {
  readonly settings: Settings;
  /** Whether nothing may tell what is here to whoever has not been told the secret path. */
  readonly isHidden: boolean;
  readonly instance: Instance;
  readonly store: Store;
  readonly faults: FaultRules;
  readonly journal: Journal;
  /** Number of inspectors that look on. */
  readonly watchers: number;
  /** The accounts as they are now. */
  accounts(): Accounts;
  /** What can be done to this instance; its code is loaded when somebody first asks. */
  control(): Promise<Control>;
  /** Whether anything is still to come of events and scenario. */
  readonly pending: boolean;
  /** `handle` for runtimes that speak `Request` and `Response`. */
  fetch(request: Request, facts?: RequestFacts): Promise<Response>;
  /** Puts other settings in force: metadata and accounts follow, waiters wake. Rejects and changes nothing on a mistake. */
  configure(settings: Settings): Promise<void>;
  /** Ends waiting requests with 503; later waits end at once. */
  close(): void;
}

/** Builds an emulator. Rejects with a `ConfigurationError` that tells every mistake. */
export async function createEmulatorCore(
  settings: Settings,
  platform: Platform,
  options: EmulatorOptions = {},
): Promise<Emulator> {
  // Whoever serves a service has to go through its gate.
  if (settings.service !== undefined) throw new TypeError("These are the settings of a service, not of one emulator");
  const started = Math.floor(platform.clock.now() / 1000);
  const monitoring = await createMonitoring({ settings, platform, watched: options.keepRequests === true });
  const issuer = new LocalIssuer({
    clock: platform.clock,
    issuer: settings.issuer,
    claims: () => claimsOf(store.snapshot, started),
    keys: options.keys,
    onKeys: options.onKeys,
    log: platform.log,
  });
  const cache = new TokenCache({ clock: platform.clock, onFlight: (...flight) => monitoring.flown(...flight) });
  const first = await resolve(settings, monitoring.platform, issuer, options);
  const store = new Store({
    clock: platform.clock,
    document: first.document,
    additions: additionsOf[settings.preset],
    changes: fittingChanges(first.document, options.changes ?? [], platform.log),
    save: options.save,
    maxWaitMs: platform.maxWaitMs,
  });
  const limit = createMintLimit(platform.clock);
  let current = { settings, accounts: new Accounts(first.accounts, cache, limit) };
  const accounts = () => current.accounts;
  const instance = createInstance(settings.preset, store, accounts);
  const admission = { style: styles[settings.preset], allowedHosts: () => current.settings.allowedHosts };
  const osLogin = () => current.settings.oslogin ?? noUsers;
  const { former } = options;
  const journal = former?.journal ?? new Journal(options.keepRequests ?? settings.controlToken !== undefined);
  const faults = former?.faults ?? new FaultRules(platform.clock, () => platform.random());
  monitoring.watch({ store, journal, faults, cache, accounts: () => current.accounts.all });
  let controlled: Control | undefined;
  const control = onDemand(
    () => import("./control/control.ts"),
    ({ Control }) => {
      const made = new Control({ platform, store, accounts, faults, journal });
      controlled = made;
      return () => made;
    },
  );
  if (former === undefined && hasLife(settings)) (await control()).configure(settings);
  const { ids, logsDebug, metrics, openMetrics, traffic } = monitoring;
  const { controlToken, secretPath } = settings;
  const router = {
    ...{ platform, instance, control, admission, issuer, osLogin, version, faults, journal },
    ...{ ids, logsDebug, metrics, openMetrics, traffic },
    openFeed: () => monitoring.openFeed(),
    controlAccess: { token: controlToken },
    loadAssets: controlToken === undefined ? undefined : options.loadAssets,
  };
  const views = createViews(router, heldView(settings.preset, store, accounts), secretPath);

  return {
    ...views,
    get settings() {
      return current.settings;
    },
    isHidden: secretPath !== undefined,
    instance,
    store,
    control,
    get pending() {
      return controlled?.pending === true;
    },
    faults,
    journal,
    get watchers() {
      return monitoring.watchers;
    },
    accounts,
    fetch: async (request, facts) => toResponse(await views.handle(callFrom(request, facts)), request.method),
    async configure(next) {
      assertReloadable(settings, next);
      const resolved = await resolve(next, monitoring.platform, issuer);
      await store.configure(resolved.document);
      if (!sameAccounts(current.settings, next)) cache.clear();
      if (!sameLife(current.settings, next)) (await control()).configure(next);
      current = { settings: next, accounts: new Accounts(resolved.accounts, cache, limit) };
    },
    close: () => {
      controlled?.close();
      monitoring.close();
      store.waiters.close();
    },
  };
}

const noUsers: OsLoginSettings = {};
