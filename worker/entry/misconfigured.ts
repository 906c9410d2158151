/**
 * What workerd serves when its configuration cannot be used: it has no exit code, so every request gets the sentence.
 *
 * @module
 */

import type { Call } from "../http/call.ts";
import { createGuard } from "../http/guard.ts";
import type { Answer } from "../http/reply.ts";
import { callFrom } from "../http/request-call.ts";
import { behindSecret } from "../http/secret-path.ts";
import { styles } from "../http/style.ts";
import type { ConfigurationError } from "../lib/errors.ts";

export class Misconfigured {
  readonly #handle: (call: Call) => Answer;

  /** `secret` is that of capability mode, where what is wrong is for those who know it, too. */
  constructor(error: ConfigurationError, secret: string | undefined) {
    const guard = createGuard({ style: styles.vm, allowedHosts: () => [] });
    const sentence = `The configuration cannot be used: ${error.message}`;
    this.#handle = behindSecret(secret, (call) => guard(call) ?? styles.vm.error(500, sentence));
  }

  handle(request: Request): Answer {
    return this.#handle(callFrom(request));
  }
}
