/**
 * `/emulator/`: the inspector's page and what belongs to it. It holds no data and needs no token; its policy lets it load
 * and ask nothing but this server, and lets nobody frame it.
 *
 * @module
 */
import type { InspectorAssets } from "../../inspector/assets.js";
import type { Call } from "../call.ts";
import { type Reply, reply } from "../reply.ts";
import type { Style } from "../style.ts";
import { redirect } from "./metadata.ts";

/** Loads the page's files: they stand apart from the server's code and are read when the page is asked for first. */
export type LoadAssets = () => Promise<InspectorAssets>;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const headers = {
  "Content-Security-Policy": policy,
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  // The page of another version would not understand the stream.
  "Cache-Control": "no-cache",
};

/** Builds the handler of `/emulator`, `/emulator/` and the files below; nothing for any other path. */
export function createInspectorHandler(
  style: Style,
  load: LoadAssets | undefined,
): (call: Call) => Promise<Reply | undefined> {
  return async (call) => {
    if (load === undefined || !/^\/emulator(?:\/[^/]*)?$/.test(call.path)) return undefined;
    if (call.method !== "GET" && call.method !== "HEAD") return undefined;
    if (call.path === "/emulator") return redirect(call, style);
    const { assets } = await load();
    const name = call.path.slice("/emulator/".length) || "index.html";
    const asset = Object.hasOwn(assets, name) ? assets[name] : undefined;
    return asset && reply(style.server, 200, asset.type, asset.text, { headers });
  };
}
