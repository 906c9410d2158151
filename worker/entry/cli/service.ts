/**
 * `serve` with `auth` in the configuration: an authenticated service instead of one emulator.
 *
 * @module
 */
import type { FlagValues } from "../../config/flag-values.ts";
import type { ServiceSettings, Settings } from "../../config/settings.ts";
import type { Platform } from "../../platform.ts";
import { createService, type Service, type ServiceOptions } from "../../service/service.ts";
import { openState } from "../state-file.ts";
import { complain } from "./terminal.ts";

/** Opens the service of these settings. Throws a `ConfigurationError` for what the user has to mend. */
export function openService(
  settings: Settings & { readonly service: ServiceSettings },
  { state }: FlagValues,
  platform: Platform,
): Promise<Service> {
  const options: ServiceOptions =
    state === undefined
      ? { audit: complain }
      : // Each instance has a file of its own beside the one that is named.
        { audit: complain, keep: (name) => openState(`${state}.${encodeURIComponent(name)}`, platform) };
  return createService(settings, platform, options);
}
