/**
 * Takes the pictures of the inspector for README.md and docs/inspector.md: `npm run screenshots`. A server with a busy
 * minute behind it, then each section in light, dark and at phone width.
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { startServer } from "../harness/server.ts";
import { openBrowser } from "./browser.ts";

const folder = new URL("../../docs/images/", import.meta.url).pathname;
const token = "control-token-for-pictures";

const clients = [
  {
    "User-Agent": "python-requests/2.32.5",
    "x-goog-api-client": "gl-python/3.13.1 auth/2.53.0 auth-request-type/at cred-type/mds",
  },
  { "User-Agent": "gcloud-golang/0.1" },
  { "User-Agent": "google-api-nodejs-client/11.3.4", "x-goog-api-client": "gl-node/24.21.0 auth/11.3.4" },
];

const paths = [
  "instance/service-accounts/default/token",
  "instance/service-accounts/default/identity?audience=https://service.example.com&format=full",
  "project/project-id",
  "instance/zone",
  "instance/?recursive=true",
  "instance/attributes/release",
  "instance/attributes/no-such-key",
];

const server = await startServer("node", {
  flags: ["--control-token", token],
  config: { metadata: { instance: { attributes: { release: "2026-11", tier: "staging" } } } },
});
const ask = (path: string, i = 0) =>
  fetch(`${server.origin}/computeMetadata/v1/${path}`, { headers: { "Metadata-Flavor": "Google", ...clients[i % 3] } });
const control = (method: string, path: string, body: unknown) =>
  fetch(`${server.origin}/emulator/v1/${path}`, {
    method,
    body: JSON.stringify(body),
    headers: { Authorization: `Bearer ${token}` },
  });

/** Some traffic, with a pause between, so that the charts have a shape. */
async function busy(): Promise<void> {
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 4 + ((round * 5) % 9); i++) await ask(paths[(i + round) % paths.length] ?? "", i + round);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
  }
}

async function shoot(page: Page, section: string, name: string): Promise<void> {
  await page.getByRole("tab", { name: section }).click();
  await page.waitForTimeout(600);
  await page.screenshot({ path: `${folder}${name}.png` });
}

mkdirSync(folder, { recursive: true });
const waiter = ask("instance/attributes/release?wait_for_change=true").catch(() => undefined);
const light = await openBrowser();
const page = await light.context.newPage();
await page.goto(`${server.origin}/emulator/#token=${token}`);
await busy();
await control("POST", "faults", { path: "/computeMetadata/v1/instance/zone", status: 503, delayMs: 20 });
await ask("instance/zone", 1);
await control("POST", "events", { type: "preemption" });
await control("PUT", "metadata/instance/attributes/tier", "canary");
await ask(paths[0] ?? "");
await ask(paths[1] ?? "");
await page.waitForTimeout(2_000);
await shoot(page, "Requests", "inspector-requests-light");
await page
  .getByRole("button", { name: /identity/ })
  .first()
  .click();
await page.waitForTimeout(400);
await page.screenshot({ path: `${folder}inspector-detail-light.png` });
await shoot(page, "Events", "inspector-events-light");
await page.emulateMedia({ colorScheme: "dark" });
await shoot(page, "Tokens", "inspector-tokens-dark");
await shoot(page, "Faults", "inspector-faults-dark");
await shoot(page, "Tree", "inspector-tree-dark");
await light.close();

const phone = await openBrowser({ viewport: { width: 390, height: 844 } });
const small = await phone.context.newPage();
await small.goto(`${server.origin}/emulator/#token=${token}`);
await small.waitForTimeout(1_500);
await shoot(small, "Requests", "inspector-requests-phone");
await shoot(small, "Tree", "inspector-tree-phone");
await phone.close();
await server.stop();
await waiter;
