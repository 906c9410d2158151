/**
 * `/emulator/v1/…`: what the real server does not have: health, and the local issuer's public documents
 * (interface.md "Local issuer").
 *
 * @module
 */
import type { LocalIssuer } from "../../tokens/local-issuer.ts";
import type { Call } from "../call.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";

export const issuerPath = "/emulator/v1/issuer";

/** Builds the handlers below `/emulator/v1`. */
export function createEmulatorHandlers(style: Style, issuer: LocalIssuer, version: string) {
  const json = (value: unknown, status = 200): Reply =>
    reply(style.server, status, "application/json", JSON.stringify(value), {
      headers: { "Cache-Control": "no-store" },
    });
  return {
    health: (): Reply => json({ status: "ok", version }),
    jwks: async (): Promise<Reply> => json(await issuer.jwks()),
    discovery: (call: Call): Reply => json(issuer.discovery(`${call.origin}${issuerPath}`)),
    tokeninfo: async (call: Call): Promise<Reply> => {
      const query = new URLSearchParams(call.search);
      const info = await issuer.tokenInfo({ accessToken: query.get("access_token"), idToken: query.get("id_token") });
      return info === undefined
        ? json({ error: "invalid_token", error_description: "Invalid Value" }, 400)
        : json(info);
    },
  };
}
