/**
 * What the tests of the inspector's page have in common: a served emulator, a page signed in to it, and requests as
 * clients make them.
 *
 * @module
 */
import type { BrowserContext, Page } from "playwright-core";
import { type RunningServer, type Runtime, startServer } from "../harness/server.ts";

export const controlToken = "control-token-of-the-inspector-tests";

/** Starts a server with a control token and two attributes. */
export function startInspected(runtime: Runtime): Promise<RunningServer> {
  return startServer(runtime, {
    flags: ["--control-token", controlToken],
    config: { metadata: { instance: { attributes: { colour: "green", shape: "round" } } } },
  });
}

/** Opens the inspector as its printed link does, and waits for the stream. */
export async function signIn(context: BrowserContext, { origin }: RunningServer): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/emulator/#token=${controlToken}`);
  await page.getByText("Live", { exact: true }).waitFor();
  return page;
}

/** Asks for metadata as a client does; `path` is below the version. */
export function ask({ origin }: RunningServer, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${origin}/computeMetadata/v1/${path}`, { headers: { "Metadata-Flavor": "Google", ...headers } });
}

/** Calls the control API. */
export function control({ origin }: RunningServer, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${origin}/emulator/v1/${path}`, {
    method,
    headers: { Authorization: `Bearer ${controlToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
