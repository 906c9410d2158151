/**
 * The authenticated service, and the relay in front of a workload.
 *
 * @module
 */
import { type ByThreat, onWorkerd, unit } from "../mutation.ts";

export const service: ByThreat = {
  "A stranger tries credentials": [
    {
      ...unit("auth/authenticate", "another audience"),
      defence: "A token is for this service",
      file: "worker/auth/token.ts",
      from: "    audience,\n    clockTolerance,",
      to: "    clockTolerance,",
    },
    {
      ...unit("service/service", "who is let in"),
      defence: "One body for every 401",
      file: "worker/service/gate.ts",
      from: "return unauthenticated;",
      to: "return { ...unauthenticated, body: error.message };",
    },
    {
      ...unit("auth/authenticate", "five seconds"),
      defence: "One fetch per five seconds for key ids that nobody knows",
      file: "worker/auth/keys.ts",
      from: "if (since < cooldownMs) return false;",
      to: "void cooldownMs;",
    },
  ],
  "A client asks for more than its rule": [
    {
      ...unit("service/service"),
      defence: "Scopes outside of the rule",
      file: "worker/service/view.ts",
      from: "      assertScopes(rule, base(), scopes);\n",
      to: "",
    },
    {
      ...unit("auth/glob"),
      defence: "Patterns do not cross `/`",
      file: "worker/auth/glob.ts",
      from: "const separator = /([/\\n])/;",
      to: "const separator = /(\\n)/;",
    },
  ],
  "A client looks for other tenants": [
    {
      ...unit("service/isolation"),
      defence: "A client's own instance answers it",
      file: "worker/service/service.ts",
      from: 'registry.get(service.clients[admitted.rule]?.instance ?? "")',
      to: 'registry.get(service.clients[0]?.instance ?? "")',
    },
  ],
  "A configuration with a mistake": [
    {
      ...unit("config/service"),
      defence: "Nothing is served without `auth` where it is required",
      file: "worker/config/load.ts",
      from: 'problems.add("METADATA_REQUIRE_AUTH",',
      to: 'new Problems().add("",',
    },
  ],
  "A client floods it": [
    {
      ...unit("service/service"),
      defence: "Limit of a client",
      file: "worker/service/tenant.ts",
      from: "const pause = this.#clients.take(admitted.subject.client);",
      to: "const pause = 0;",
    },
  ],
  "A workload is made to ask for others": [
    {
      ...unit("relay/relay", "judges the workload"),
      defence: "The relay judges the workload",
      file: "worker/relay/relay.ts",
      from: "guard(call) ?? localRefusal(call)",
      to: "localRefusal(call)",
    },
  ],
  "A request pretends to have passed the gate": [
    {
      ...onWorkerd("service", "does not believe"),
      defence: "The worker alone says who has passed",
      file: "worker/entry/workerd-service.ts",
      from: "headers.set(admittedHeader,",
      to: "if (!headers.has(admittedHeader)) headers.set(admittedHeader,",
    },
  ],
};
