/**
 * What comes from the service, or why nothing does.
 *
 * @module
 */
import type { Reply } from "../http/reply.ts";

/** Nothing came from the service, or nothing of its own. The message goes on after "The service at URL ". */
export class ServiceAway extends Error {
  override readonly name = "ServiceAway";
}

/** Who asked has gone, and nobody reads an answer. */
export class ClientAway extends Error {
  override readonly name = "ClientAway";
}

export interface ServiceAnswer {
  readonly reply: Reply;
  /** Whether a metadata service speaks, and not something in front of it. */
  readonly isService: boolean;
}
