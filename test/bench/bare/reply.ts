/**
 * What a bare handler answers, whatever it is asked: the reply that the bench has seen from the emulator, so that both
 * put the same bytes on the wire.
 *
 * @module
 */
import process from "node:process";

export interface BareReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Reads the reply that the bench hands over. */
export function bareReply(): BareReply {
  const text = process.env.BARE_REPLY;
  if (text === undefined) throw new Error("Cannot start a bare handler without BARE_REPLY: the bench sets it");
  return JSON.parse(text);
}

/** Whether requests are held until one for `/release` comes. */
export const holds = process.env.BARE_HOLDS === "1";

/** Held requests of a bare handler, and their end. */
export class Held<T> {
  #waiting: ((value: T) => void)[] = [];

  wait(): Promise<T> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(make: () => T): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(make());
  }
}
