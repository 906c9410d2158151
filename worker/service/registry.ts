/**
 * The tenants of a process: each is built when it is first asked for, once however many ask, and the number of those
 * that are held is bounded. One that would lose something is never dropped.
 *
 * @module
 */
import type { Tenant } from "./tenant.ts";

/** Instances in memory; beyond them, those that were idle longest are dropped and built again when they are asked for. */
const defaultMax = 1_000;

export class Registry {
  readonly #build: (name: string) => Promise<Tenant>;
  readonly #max: number;
  readonly #held = new Map<string, Promise<Tenant>>();
  /** Those that are built. */
  readonly #ready = new Map<string, Tenant>();

  constructor(build: (name: string) => Promise<Tenant>, max = defaultMax) {
    this.#build = build;
    this.#max = max;
  }

  /** Number of instances in memory. */
  get size(): number {
    return this.#held.size;
  }

  /** Returns the tenant of an instance. Rejects with what building it threw; the next call tries again. */
  get(name: string): Promise<Tenant> {
    const held = this.#held.get(name) ?? this.#make(name);
    this.#held.delete(name);
    this.#held.set(name, held);
    if (this.#held.size > this.#max) this.#drop(name);
    return held;
  }

  /** The tenants that are in memory. */
  tenants(): Iterable<[name: string, tenant: Tenant]> {
    return this.#ready;
  }

  /** Takes over a tenant that is built already. */
  put(name: string, tenant: Tenant): void {
    this.#held.set(name, Promise.resolve(tenant));
    this.#ready.set(name, tenant);
  }

  /** Forgets a tenant and ends its waiting requests. */
  forget(name: string): void {
    this.#ready.get(name)?.close();
    this.#ready.delete(name);
    this.#held.delete(name);
  }

  #make(name: string): Promise<Tenant> {
    const made = this.#build(name);
    made.then(
      (tenant) => {
        if (this.#held.get(name) === made) this.#ready.set(name, tenant);
      },
      () => {
        if (this.#held.get(name) === made) this.#held.delete(name);
      },
    );
    return made;
  }

  #drop(newest: string): void {
    for (const name of this.#held.keys()) {
      if (this.#held.size <= this.#max) return;
      if (name !== newest && this.#ready.get(name)?.idle === true) this.forget(name);
    }
  }
}
