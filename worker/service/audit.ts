/**
 * The audit: one JSON line for every token that goes out and for every refusal, in whatever format the log is. A token
 * stands in it as its fingerprint only.
 *
 * @module
 */
import { fingerprint } from "../inspector/fingerprint.ts";
import type { Clock } from "../platform.ts";

/** Who asked, by which rule, on which instance; what is not known yet is absent. */
export interface Subject {
  /** The secret's name, or issuer and `sub`; `null` for a client that nobody knows. */
  readonly client: string | null;
  readonly issuer?: string | undefined;
  readonly sub?: string | undefined;
  readonly rule?: string;
  readonly instance?: string;
}

/** A token that went out. */
export interface Mint {
  readonly account: string;
  readonly scopes?: readonly string[];
  readonly audience?: string;
  /** Seconds that the token has left. */
  readonly lifetime: number;
  /** `hit`: it was there; `miss`: this request fetched it; `joined`: another request was fetching it already. */
  readonly cache: "hit" | "miss" | "joined";
  readonly token: string;
}

/** A request that was refused. */
export interface Refused {
  readonly reason: string;
  readonly status: number;
  readonly account?: string;
  readonly scopes?: readonly string[];
  readonly audience?: string;
  readonly path?: string;
}

export class Audit {
  readonly #clock: Clock;
  readonly #write: (line: string) => void;

  constructor(clock: Clock, write: (line: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** Writes the line of a token. */
  async mint(subject: Subject, { token, ...mint }: Mint): Promise<void> {
    this.#line({ audit: "mint", ...subject, ...mint, fingerprint: await fingerprint(token) });
  }

  /** Writes the line of a refusal. */
  refusal(subject: Subject, refused: Refused): void {
    this.#line({ audit: "refusal", ...subject, ...refused });
  }

  #line(fields: object): void {
    this.#write(JSON.stringify({ time: new Date(this.#clock.now()).toISOString(), ...fields }));
  }
}
