/**
 * The inspector's page in a browser, against the served worker: what a person does with it, by pointer and by keyboard
 * alone, and what other web pages cannot.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import type { AxeResults } from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../harness/server.ts";
import { openBrowser } from "./browser.ts";
import { ask, control, controlToken, signIn, startInspected } from "./drive.ts";

const run = promisify(execFile);
const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const tokenPath = "instance/service-accounts/default/token";
const sections = ["Requests", "Tokens", "Tree", "Events", "Faults"];

describe.each(["node", "workerd"] as const)("The inspector served by %s", (runtime) => {
  let server: RunningServer;
  let context: BrowserContext;
  let close: () => Promise<void>;
  let page: Page;

  beforeAll(async () => {
    server = await startInspected(runtime);
    ({ close, context } = await openBrowser());
    page = await signIn(context, server);
  });
  afterAll(async () => {
    await close?.();
    await server?.stop();
  });

  const section = (name: string) => page.getByRole("tab", { name, exact: true }).click();

  it("takes the token out of the address bar and the history", async () => {
    expect(page.url()).toBe(`${server.origin}/emulator/`);
    expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual([
      "",
      0,
      0,
    ]);
  });

  it("shows the requests of a real google-auth as they come, and opens one", async () => {
    const host = `${server.host}:${server.port}`;
    const env = {
      PATH: process.env.PATH ?? "",
      GCE_METADATA_HOST: host,
      GCE_METADATA_IP: host,
      GCE_METADATA_ROOT: host,
    };
    await run(".cache/venv/bin/python", ["test/clients/python/smoke.py"], { env: { ...env, NO_PROXY: "127.0.0.1" } });
    const row = page
      .getByRole("row")
      .filter({ hasText: `${tokenPath}?scopes=` })
      .or(page.getByRole("row").filter({ hasText: tokenPath }))
      .first();
    await row.waitFor();
    expect(await row.innerText()).toMatch(/google-auth\/[\d.]+/);
    await row.click();
    const detail = page.getByRole("region", { name: /^Request \d+$/ });
    await detail.waitFor();
    const text = await detail.innerText();
    expect(text).toMatch(/metadata-flavor: google/i);
    expect(text).toMatch(/"access_token":"sha256:[0-9a-f]{12}"/);
    await page.getByRole("button", { name: "Close" }).click();
  });

  it("has no text of a token in the document, in any section", async () => {
    const access = (await (await ask(server, tokenPath)).json()) as { access_token: string };
    const id = await (
      await ask(server, "instance/service-accounts/default/identity?audience=https://a.example")
    ).text();
    await ask(server, `instance/nothing?access_token=${access.access_token}`, { Authorization: "Bearer hush-hush" });
    await page.getByRole("row").filter({ hasText: "instance/nothing" }).first().click();
    for (const name of sections) {
      await section(name);
      const html = await page.content();
      for (const secret of [access.access_token, id, id.split(".")[2] ?? "", "hush-hush", controlToken])
        expect(html).not.toContain(secret);
    }
  });

  it("shows who holds which token, and rotates", async () => {
    await ask(server, tokenPath);
    await section("Tokens");
    const fingerprint = page.locator(".token", { hasText: "Access token" }).locator("code");
    const before = await fingerprint.innerText();
    expect(before).toMatch(/^sha256:[0-9a-f]{12}$/);
    await page.getByRole("button", { name: "Rotate" }).click();
    await page.getByText("No token has been asked for yet.").waitFor();
    await ask(server, tokenPath);
    await fingerprint.waitFor();
  });

  it("edits an attribute, and a request that waits for it wakes", async () => {
    await section("Tree");
    const waits = ask(server, "instance/attributes/colour?wait_for_change=true");
    await page.getByText("waiting", { exact: true }).waitFor();
    await page.getByRole("textbox", { name: "instance/attributes/colour" }).fill("blue");
    await page.getByRole("button", { name: "Save instance/attributes/colour" }).click();
    expect(await (await waits).text()).toBe("blue");
    await page.getByText("waiting", { exact: true }).waitFor({ state: "detached" });
    await page.getByText("changed", { exact: true }).first().waitFor();
  });

  it("says why a value cannot be saved, and changes nothing", async () => {
    await section("Tree");
    const field = page.getByRole("textbox", { name: "instance/id", exact: true });
    await field.fill("no number");
    await page.getByRole("button", { name: "Save instance/id" }).click();
    await page.getByText(/not valid JSON/).waitFor();
    expect(await (await ask(server, "instance/id")).text()).toMatch(/^\d+$/);
  });

  it("fires a preemption and tells what became of the values", async () => {
    await section("Events");
    // However busy the machine is: whoever waits for the value is woken by the change itself.
    const { headers } = await ask(server, "instance/preempted");
    const woken = ask(server, `instance/preempted?wait_for_change=true&last_etag=${headers.get("etag")}`);
    const posted = page.waitForResponse((answer) => answer.url().endsWith("/emulator/v1/events"));
    await page.getByRole("button", { name: "preemption", exact: true }).click();
    expect((await posted).status()).toBe(204);
    expect(await (await woken).text()).toBe("TRUE");
    const told = page.getByRole("listitem").filter({ hasText: "instance/preempted" }).first();
    await told.waitFor({ timeout: 50_000 });
  });

  it("plays a scenario", async () => {
    await section("Events");
    await page
      .getByRole("textbox", { name: /Steps as JSON/ })
      .fill('[{"at":"200ms","set":{"instance/attributes/shape":"square"}}]');
    await page.getByRole("button", { name: "Play" }).click();
    await page.locator(".timeline .done").waitFor();
    expect(await (await ask(server, "instance/attributes/shape")).text()).toBe("square");
  });

  it("adds a fault, which is seen and counted", async () => {
    await section("Faults");
    await page.getByLabel("Path").fill("/computeMetadata/v1/instance/zone");
    await page.getByLabel("Status").fill("503");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByText("struck 0 times").waitFor();
    expect((await ask(server, "instance/zone")).status).toBe(503);
    await page.getByText("struck once").waitFor();
    await section("Requests");
    await page.getByRole("row").filter({ hasText: "fault" }).filter({ hasText: "instance/zone" }).first().waitFor();
    await section("Faults");
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByText("No fault rule is in force").waitFor();
    expect((await ask(server, "instance/zone")).status).toBe(200);
  });

  it("filters, pauses, copies as curl and exports", async () => {
    await section("Requests");
    await ask(server, "instance/hostname");
    await page.getByLabel("Filter").fill("hostname");
    const rows = page.locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole("button", { name: "Pause" }).click();
    await ask(server, "instance/hostname?alt=json");
    await page.getByText("1 more came since the pause.").waitFor();
    expect(await rows.count()).toBe(1);
    await page.getByRole("button", { name: "Resume" }).click();
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByRole("button", { name: "Copy as curl" }).click();
    await page.getByText("Copied.").waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).toMatch(/^curl .*-H 'metadata-flavor: Google'.*\/instance\/hostname\?alt=json'$/i);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export" }).click(),
    ]);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { path: string }).path)).toEqual([
      "/computeMetadata/v1/instance/hostname",
      "/computeMetadata/v1/instance/hostname?alt=json",
    ]);
    await page.getByLabel("Filter").fill("");
  });

  it.each(["light", "dark"] as const)("passes axe in every section, %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await section("Requests");
    await page.locator("tbody tr").first().click();
    for (const name of sections) {
      await section(name);
      if (name === "Requests" && (await page.locator(".detail").count()) === 0)
        await page.locator("tbody tr").first().click();
      await page.evaluate(axe);
      const results = await page.evaluate(() =>
        (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
      );
      expect(results.violations.map(({ id, nodes }) => [name, id, nodes[0]?.html])).toEqual([]);
    }
  });

  it("works with the keyboard alone", async () => {
    const own = await signIn(context, server);
    await ask(server, "instance/name");
    await own.getByRole("row").filter({ hasText: "instance/name" }).first().waitFor();
    await own.keyboard.press("Tab");
    expect(await focused(own)).toBe("Requests");
    for (const name of [...sections.slice(1), "Requests"]) {
      await own.keyboard.press("ArrowRight");
      expect(await focused(own)).toBe(name);
      expect(await own.getByRole("tab", { selected: true }).innerText()).toBe(name);
    }
    await own.keyboard.press("Tab");
    await own.keyboard.type("instance/name");
    await tabTo(own, /instance\/name/);
    await own.keyboard.press("Enter");
    await own.getByRole("region", { name: /^Request \d+$/ }).waitFor();
    await own.getByRole("tab", { selected: true }).focus();
    await own.keyboard.press("ArrowRight");
    await own.keyboard.press("ArrowRight");
    const field = "instance/attributes/shape";
    await tabTo(own, new RegExp(`^${field}$`));
    await own.keyboard.press("ControlOrMeta+a");
    await own.keyboard.type("oval");
    await own.keyboard.press("Enter");
    await own.getByText(`Saved ${field}.`).waitFor();
    expect(await (await ask(server, field)).text()).toBe("oval");
    await own.close();
  });

  it("gives an opened request the focus at once, and does not take it from elsewhere later", async () => {
    const own = await signIn(context, server);
    await ask(server, "instance/name");
    const row = own.getByRole("row").filter({ hasText: "instance/name" }).first();
    await row.waitFor();
    const seen = await row.getByRole("button").evaluate(async (button) => {
      const name = () => document.activeElement?.id;
      const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      (button as HTMLElement).click();
      await Promise.resolve();
      const atOnce = name();
      document.getElementById("tab-Requests")?.focus();
      await painted();
      await painted();
      return [atOnce, name()];
    });
    expect(seen).toEqual(["detail-title", "tab-Requests"]);
    await own.close();
  });

  it("fits a phone without scrolling sideways", async () => {
    const small = await signIn(context, server);
    await small.setViewportSize({ width: 390, height: 844 });
    for (const name of sections) {
      await small.getByRole("tab", { name, exact: true }).click();
      expect(await small.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    }
    await small.close();
  });

  it("asks for the token when it has none, and refuses a wrong one", async () => {
    const stranger = await context.newPage();
    await stranger.goto(`${server.origin}/emulator/`);
    await stranger.getByLabel("Control token").fill("wrong");
    await stranger.getByRole("button", { name: "Open" }).click();
    await stranger.getByText("The server does not accept this control token.").waitFor();
    await stranger.getByLabel("Control token").fill(controlToken);
    await stranger.getByRole("button", { name: "Open" }).click();
    await stranger.getByText("Live", { exact: true }).waitFor();
    await stranger.close();
  });

  // By port it is another origin of the same site, by name another site.
  describe.each(["127.0.0.1", "localhost"])("a page of another origin, at %s", (name) => {
    let evil: Server;
    let intruder: Page;

    beforeAll(async () => {
      evil = createServer((_, response) => response.setHeader("content-type", "text/html").end("<title>evil</title>"));
      await new Promise<void>((resolve) => evil.listen(0, "127.0.0.1", resolve));
      intruder = await context.newPage();
      await intruder.goto(`http://${name}:${(evil.address() as AddressInfo).port}/`);
    });
    afterAll(async () => {
      await intruder?.close();
      evil?.close();
    });

    interface Init {
      readonly method?: string;
      readonly mode?: "no-cors";
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
    const from = (path: string, init: Init = {}) =>
      intruder.evaluate(
        ([url, options]) =>
          fetch(url, options).then(
            (answer) => answer.text(),
            () => "refused",
          ),
        [`${server.origin}${path}`, init] as const,
      );

    it("cannot read the page, the stream or metadata", async () => {
      for (const path of ["/emulator/", "/emulator/app.js", "/emulator/v1/stream", "/computeMetadata/v1/instance/id"])
        expect(await from(path)).toBe("refused");
      const headers = { Authorization: `Bearer ${controlToken}` };
      expect(await from("/emulator/v1/requests", { headers })).toBe("refused");
    });

    it("cannot post, even knowing the token", async () => {
      const body = JSON.stringify("evil");
      await from("/emulator/v1/metadata/instance/attributes/colour", { method: "POST", mode: "no-cors", body });
      const headers = { Authorization: `Bearer ${controlToken}` };
      await from("/emulator/v1/metadata/instance/attributes/colour", { method: "PUT", headers, body });
      expect(await (await ask(server, "instance/attributes/colour")).text()).not.toBe("evil");
    });

    it("cannot frame it", async () => {
      await intruder.evaluate((url) => {
        const frame = document.createElement("iframe");
        frame.src = url;
        document.body.append(frame);
        return new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
      }, `${server.origin}/emulator/`);
      const framed = intruder.frames().find((frame) => frame !== intruder.mainFrame());
      expect(await framed?.content().catch(() => "")).not.toContain("Inspector");
    });
  });

  it("lives through a restart of the stream", async () => {
    await section("Requests");
    await context.setOffline(true);
    await control(server, "DELETE", "faults");
    await context.setOffline(false);
    await page.getByText("Live", { exact: true }).waitFor();
  });
});

/** What has the focus, by its accessible name as far as this page needs that. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute("aria-label") ?? (element instanceof HTMLElement ? element.innerText : "");
  });
}

async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (name.test(await focused(page))) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`200 tabs did not reach ${name}`);
}

describe("The inspector below a secret path", () => {
  it("is whole, and live", async () => {
    const secret = "a-secret-that-nobody_guesses";
    const server = await startServer("node", { flags: ["--control-token", controlToken, "--secret-path", secret] });
    const { close, context } = await openBrowser();
    try {
      const below = { ...server, origin: `${server.origin}/s/${secret}` };
      const page = await signIn(context, below);
      await ask(below, "instance/zone");
      await page.getByRole("row").filter({ hasText: "/computeMetadata/v1/instance/zone" }).waitFor();
      expect(page.url()).toBe(`${below.origin}/emulator/`);
    } finally {
      await close();
      await server.stop();
    }
  });
});
