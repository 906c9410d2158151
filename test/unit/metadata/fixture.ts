/** A server without a socket for tests of the tree: settings with a given document, answers as the wire has them. */
import type { Settings } from "../../../worker/config/settings.ts";
import { createEmulatorCore, type Emulator } from "../../../worker/emulator.ts";
import type { JsonObject } from "../../../worker/lib/json.ts";
import { createFakePlatform } from "../../fakes/platform.ts";

export const origin = "http://metadata.google.internal";
export const v1 = `${origin}/computeMetadata/v1/`;

export function settingsWith(metadata: JsonObject, more: Partial<Settings> = {}): Settings {
  return {
    preset: "vm",
    metadata,
    accounts: { default: { source: { type: "local" }, origin: "the local issuer" } },
    endpoints: {
      oauthToken: "https://oauth2.googleapis.com/token",
      sts: "https://sts.googleapis.com",
      iamCredentials: "https://iamcredentials.googleapis.com",
    },
    allowedHosts: [],
    openMetrics: false,
    issuer: "https://accounts.google.com",
    logLevel: "info",
    logFormat: "text",
    ...more,
  };
}

export function emulatorWith(metadata: JsonObject, more: Partial<Settings> = {}): Promise<Emulator> {
  return createEmulatorCore(settingsWith(metadata, more), createFakePlatform({}));
}

/** Asks as a client does; `path` below the version. */
export function get(emulator: Emulator, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { "Metadata-Flavor": "Google", Host: "metadata.google.internal", ...init.headers };
  return emulator.fetch(new Request(`${v1}${path}`, { ...init, headers }));
}
