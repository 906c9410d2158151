/** Two clients of one rule are two in the audit, whoever of them asked before. */
import { expect, it } from "vitest";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { callFrom } from "../../../worker/http/request-call.ts";
import { Audit } from "../../../worker/service/audit.ts";
import { Tenant } from "../../../worker/service/tenant.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { accounts, authFor, settingsFor } from "./fixture.ts";

it("names the client that asked", async () => {
  const platform = createFakePlatform();
  const { service, ...settings } = await settingsFor({ auth: authFor("a"), clients: [{ match: { secret: "a" } }] });
  if (service === undefined) throw new Error("not a service");
  const lines: unknown[] = [];
  const audit = new Audit(platform.clock, (line) => lines.push(JSON.parse(line)));
  const tenant = new Tenant(await createEmulatorCore(settings, platform), { service, platform, audit });
  for (const client of ["idp:one", "idp:two", "idp:one"]) {
    const headers = { host: "x", "metadata-flavor": "Google" };
    const call = callFrom(new Request(`http://x${accounts}/default/token`, { headers }));
    expect((await tenant.handle(call, { rule: 0, subject: { client } })).status).toBe(200);
  }
  expect(lines).toMatchObject([
    { audit: "mint", client: "idp:one", cache: "miss" },
    { audit: "mint", client: "idp:two", cache: "hit" },
    { audit: "mint", client: "idp:one", cache: "hit" },
  ]);
});
