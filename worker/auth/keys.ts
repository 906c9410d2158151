/**
 * The public keys of an issuer, fetched when they are needed and kept. A key id that nobody knows makes one fetch, and no
 * second one for five seconds: new keys are found soon, and a stranger's inventions cost the issuer nothing.
 *
 * jose has a set of its own for this; its cool-down is longer than a rotation may take here, its clock is not ours, and
 * on workerd it makes a fetch of its own for every request that comes meanwhile.
 *
 * @module
 */
import type { JSONWebKeySet, JWTVerifyGetKey } from "jose";
import * as errors from "jose/errors";
import { createLocalJWKSet } from "jose/jwks/local";
import type { JsonObject } from "../lib/json.ts";
import { createSteadyTime } from "../lib/steady.ts";
import type { Clock } from "../platform.ts";
import { Unauthenticated } from "./identity.ts";

/** Time between two fetches of one issuer's keys, whatever is asked. */
const cooldownMs = 5_000;
/** Keys are fetched anew after this time: one that was withdrawn is not accepted for ever. */
const maxAgeMs = 10 * 60_000;
/** While the issuer cannot be reached, its keys are good for this long. */
const maxStaleMs = 60 * 60_000;
/** A fetch that has said nothing for so long has gone with the request that made it. */
const lostMs = 30_000;

/** Fetches the key set. Rejects with what went wrong, told for the log. */
export type FetchKeys = () => Promise<JsonObject>;

export class RemoteKeys {
  readonly #clock: Clock;
  readonly #now: () => number;
  readonly #fetch: FetchKeys;
  #held: { readonly find: JWTVerifyGetKey; readonly at: number } | undefined;
  #attempted = Number.NEGATIVE_INFINITY;
  #flight: Promise<void> | undefined;
  #problem = "";

  constructor(clock: Clock, fetchKeys: FetchKeys) {
    this.#clock = clock;
    this.#now = createSteadyTime(clock);
    this.#fetch = fetchKeys;
  }

  /** The key of a token, for jose. Rejects with `Unauthenticated` when there is none to be had. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const held = this.#held;
    if (held === undefined || this.#now() - held.at > maxAgeMs) await this.#refresh();
    try {
      return await this.#current()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.#refresh())) throw error;
      return this.#current()(header, token);
    }
  };

  #current(): JWTVerifyGetKey {
    const held = this.#held;
    if (held !== undefined && this.#now() - held.at <= maxStaleMs) return held.find;
    throw new Unauthenticated(`the issuer's keys cannot be had: ${this.#problem}`);
  }

  /** Fetches the keys, or joins who does. Returns whether anything new can be known. */
  async #refresh(): Promise<boolean> {
    const since = this.#now() - this.#attempted;
    if (this.#flight !== undefined && since < lostMs) {
      await this.#within(this.#flight);
      return true;
    }
    if (since < cooldownMs) return false;
    this.#attempted = this.#now();
    const flight = this.#load().finally(() => {
      if (this.#flight === flight) this.#flight = undefined;
    });
    this.#flight = flight;
    await flight;
    return true;
  }

  async #load(): Promise<void> {
    try {
      const set = createLocalJWKSet((await this.#fetch()) as unknown as JSONWebKeySet);
      this.#held = { find: set, at: this.#now() };
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Another request's fetch may never end where the runtime ends it with its request. */
  #within(flight: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.timer(lostMs, resolve);
      void flight.then(() => {
        cancel();
        resolve();
      });
    });
  }
}
