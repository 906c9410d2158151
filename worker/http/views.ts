/**
 * The ways into one emulator: the owner's, one that knows only what is held already, and those of a service's clients.
 * Each is a router of its own over the same parts.
 *
 * @module
 */
import { type Instance, NeedsOwner } from "../instance/instance.ts";
import type { Call } from "./call.ts";
import { issuerPath } from "./handlers/emulator.ts";
import type { Answer } from "./reply.ts";
import { createRouter, type RouterOptions } from "./router.ts";
import { behindSecret } from "./secret-path.ts";

export interface Views {
  /** Answers a call. */
  handle(call: Call): Answer;
  /** Answers a call from what is held already; fails with `NeedsOwner` for everything else. */
  handleHeld(call: Call): Answer;
  /** Builds the answers of another view of this instance, for clients of a service. `control` opens the control API. */
  route(view: Instance, options?: { readonly control?: boolean }): (call: Call) => Answer;
}

/** Builds the routers. `owner` is the owner's, `held` what is held of its instance; `secretPath` leads to both. */
export function createViews(owner: RouterOptions, held: Instance, secretPath: string | undefined): Views {
  const fromHeld = createRouter({ ...owner, instance: held, control: needsOwner, openFeed: needsOwner });
  return {
    handle: behindSecret(secretPath, createRouter(owner)),
    handleHeld: behindSecret(secretPath, (call) =>
      // Rules count requests and pause them; the issuer may have to make keys and keep them.
      owner.faults.active || call.path.startsWith(issuerPath) ? needsOwner() : fromHeld(call),
    ),
    route: (view, { control = false } = {}) =>
      createRouter({
        ...owner,
        // What was counted of an instance is for those who control it.
        openMetrics: false,
        admission: { ...owner.admission, service: true },
        instance: view,
        controlAccess: control ? "open" : "closed",
      }),
  };
}

function needsOwner(): never {
  throw new NeedsOwner("Only the instance itself can do this");
}
