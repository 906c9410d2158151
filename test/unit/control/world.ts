/**
 * An emulator in this process for tests of a live instance: a fake clock, a control token, and calls by path.
 *
 * @module
 */
import { loadSettings } from "../../../worker/config/load.ts";
import { createEmulatorCore, type Emulator, type EmulatorOptions } from "../../../worker/emulator.ts";
import { createFakeClock, type FakeClock } from "../../fakes/clock.ts";
import { createFakePlatform, type FakePlatform } from "../../fakes/platform.ts";

export interface World {
  readonly emulator: Emulator;
  readonly clock: FakeClock;
  readonly platform: FakePlatform;
  /** Asks as a guest does; `path` stands below `/computeMetadata/v1/`. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** The body of `get`. */
  text(path: string): Promise<string>;
}

export const token = "control-token-of-the-tests";

/** Starts an emulator with this configuration file. */
export async function startWorld(
  config: object = {},
  options: EmulatorOptions & { maxWaitMs?: number } = {},
): Promise<World> {
  const clock = createFakeClock();
  const { maxWaitMs } = options;
  const platform = { ...createFakePlatform({ clock }), ...(maxWaitMs === undefined ? {} : { maxWaitMs }) };
  const inputs = { flags: { controlToken: token }, env: {}, configText: JSON.stringify(config) };
  const emulator = await createEmulatorCore(await loadSettings(inputs, platform), platform, options);
  const get = (path: string, init: RequestInit = {}) => {
    const headers = { host: "metadata.google.internal", "metadata-flavor": "Google", ...init.headers };
    return emulator.fetch(
      new Request(`http://metadata.google.internal/computeMetadata/v1/${path}`, { ...init, headers }),
    );
  };
  return { emulator, clock, platform, get, text: async (path) => (await get(path)).text() };
}
