/**
 * What workerd serves when its configuration cannot be used: it has no exit code, so every request gets the sentence.
 *
 * @module
 */

import { createGuard } from "../http/guard.ts";
import type { Reply } from "../http/reply.ts";
import { callFrom } from "../http/request-call.ts";
import { styles } from "../http/style.ts";
import type { ConfigurationError } from "../lib/errors.ts";

export class Misconfigured {
  readonly #sentence: string;
  readonly #guard = createGuard({ style: styles.vm, allowedHosts: () => [] });

  constructor(error: ConfigurationError) {
    this.#sentence = `The configuration cannot be used: ${error.message}`;
  }

  handle(request: Request): Reply {
    return this.#guard(callFrom(request)) ?? styles.vm.error(500, this.#sentence);
  }
}
