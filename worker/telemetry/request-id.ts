/**
 * Ids of requests. A client that sends `X-Request-Id` gets it back and finds it in the log; without that the answer
 * carries none, as the real server's does not.
 *
 * @module
 */

/** The header that asks for the id, and brings it. */
export const requestIdHeader = "X-Request-Id";
/** The same as it is looked up: some runtimes fold a name's case at each look. */
export const requestIdField = "x-request-id";

const usable = /^[\w.:-]{1,64}$/;

/** What is known of a request whose id is wanted, and where it is kept. */
export interface Identified {
  header(name: string): string | null;
  readonly trace: { id?: string | undefined };
}

/** Makes ids: the client's own if it is fit to be printed, else the next one of this run. */
export class RequestIds {
  readonly #run: string;
  #last = 0;

  /** `random` is a number in [0, 1): two runs in one log can be told apart. */
  constructor(random: number) {
    this.#run = Math.floor(random * 36 ** 4)
      .toString(36)
      .padStart(4, "0");
  }

  /** Returns the id of a request, the same each time. */
  of(call: Identified): string {
    call.trace.id ??= this.#make(call.header(requestIdField));
    return call.trace.id;
  }

  #make(given: string | null): string {
    return given !== null && usable.test(given) ? given : `${this.#run}-${++this.#last}`;
  }
}
