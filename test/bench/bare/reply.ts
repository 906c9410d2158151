/**
 * What a bare handler answers, whatever it is asked: what the bench has seen from the emulator, so that both send the same
 * status, fields and body. (Some runtimes write the names in lower case, and workerd sends no `Date` of its own.)
 *
 * @module
 */
export interface BareReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
