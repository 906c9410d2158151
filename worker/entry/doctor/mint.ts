/**
 * Mints a token as the server would, link by link of the credential chain, and says which link fails and what it lacks.
 *
 * @module
 */
import type { Settings } from "../../config/settings.ts";
import { createEmulatorCore } from "../../emulator.ts";
import { ConfigurationError, messageOf } from "../../lib/errors.ts";
import type { LogFields, Platform } from "../../platform.ts";
import type { Account } from "../../tokens/accounts.ts";
import { TokenError } from "../../tokens/types.ts";
import { adviceFor } from "./advice.ts";
import type { Finding, Level } from "./findings.ts";

/** A larger difference makes Google refuse assertions. */
const worstSkewMs = 5 * 60_000;
const noticeableSkewMs = 30_000;
const audience = "https://doctor.example.com";

/** Mints an access token and an ID token of the default account. */
export async function mintFindings(settings: Settings, platform: Platform): Promise<Finding[]> {
  const watch = new Watch(platform);
  const { origin = "", source } = settings.accounts.default ?? {};
  const start = finding("ok", "credential", `${String(source?.type)} from ${origin}`);
  try {
    const emulator = await createEmulatorCore(settings, watch.platform);
    const account = emulator.accounts().get("default");
    if (account === undefined) return [finding("fail", "credential", "There is no account called default")];
    const { scopes } = account;
    const access = await mint(watch, "access token", account, settings, () =>
      emulator.accounts().accessToken(account, { scopes }),
    );
    const id = access.some(({ level }) => level === "fail")
      ? []
      : await mint(watch, "ID token", account, settings, () =>
          emulator.accounts().idToken(account, { audience, format: "standard", licenses: false }),
        );
    emulator.close();
    return [start, ...access, ...id, ...watch.skew()];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ at, message }) =>
      finding("fail", "credential", at === "" ? message : `${at}: ${message}`),
    );
  }
}

/** Returns the steps of one token, the failing one last. */
async function mint(
  watch: Watch,
  kind: string,
  account: Account,
  settings: Settings,
  make: () => unknown,
): Promise<Finding[]> {
  watch.steps.length = 0;
  try {
    await make();
    const note =
      settings.accounts.default?.source.type === "local" ? "; the local issuer's, Google does not know it" : "";
    return [...watch.findings(), finding("ok", kind, `Made for ${account.email}${note}`)];
  } catch (error) {
    if (!(error instanceof TokenError)) return [finding("fail", kind, messageOf(error))];
    // A credential that makes no such token is no fault: the server says so with 404.
    if (error.failure === "unsupported") return [finding("info", kind, error.message)];
    const done = watch.findings().filter(({ check }) => check !== error.step);
    return [...done, finding("fail", error.step, error.message, adviceFor(error, settings))];
  }
}

/** Sees the calls to upstreams as they go by: their steps, and the upstream's clock. */
class Watch {
  readonly steps: LogFields[] = [];
  readonly platform: Platform;
  #skewMs: number | undefined;

  constructor(platform: Platform) {
    this.platform = {
      ...platform,
      log: (_, message, fields = {}) => {
        if (message === "Upstream call") this.steps.push(fields);
      },
      fetch: async (url, init) => {
        const answer = await platform.fetch(url, init);
        const date = Date.parse(answer.headers.get("date") ?? "");
        if (!Number.isNaN(date)) this.#skewMs = platform.clock.now() - date;
        return answer;
      },
    };
  }

  /** The calls that went well. */
  findings(): Finding[] {
    return this.steps
      .filter(({ status }) => Number(status) < 300)
      .map(({ endpoint, ms, step, status }) =>
        finding("ok", String(step), `${endpoint} answered ${status} in ${ms} ms`),
      );
  }

  /** This machine's clock against that of the last upstream. */
  skew(): Finding[] {
    if (this.#skewMs === undefined) return [];
    const distance = Math.abs(this.#skewMs);
    const level: Level = distance > worstSkewMs ? "fail" : distance > noticeableSkewMs ? "warn" : "ok";
    const message = `${Math.round(distance / 1000)} s ${this.#skewMs < 0 ? "behind" : "ahead of"} the token endpoint`;
    return [
      finding(
        level,
        "clock",
        message,
        level === "ok" ? undefined : "Set the clock by NTP: assertions with a wrong time are refused",
      ),
    ];
  }
}

function finding(level: Level, check: string, message: string, advice?: string): Finding {
  return { area: "token", level, check, message, ...(advice === undefined ? {} : { advice }) };
}
