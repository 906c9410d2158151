/** Who is let in when that changes while the server runs; what each single request gets is in test/contract/wire/. */
import { describe, expect, it } from "vitest";
import { createGuard } from "../../../worker/http/guard.ts";
import { callFrom } from "../../../worker/http/request-call.ts";
import { styles } from "../../../worker/http/style.ts";
import { startWorld } from "../control/world.ts";

const callTo = (host: string) => callFrom(new Request("http://localhost/", { headers: { host } }));

describe("The list of Host names", () => {
  it("forgets a name that the configuration has no more, though requests for it came before", () => {
    let allowedHosts: readonly string[] = ["mine.example"];
    const guard = createGuard({ style: styles.vm, allowedHosts: () => allowedHosts });
    expect(guard(callTo("mine.example"))).toBeUndefined();
    allowedHosts = ["other.example"];
    expect(guard(callTo("mine.example"))?.status).toBe(403);
    expect(guard(callTo("other.example"))).toBeUndefined();
  });

  it("lets through what it has been asked about often, and nothing else", () => {
    const guard = createGuard({ style: styles.vm, allowedHosts: () => [] });
    for (let port = 1; port <= 300; port++) expect(guard(callTo(`localhost:${port}`))).toBeUndefined();
    for (let i = 0; i < 3; i++) expect(guard(callTo("evil.example"))?.status).toBe(403);
  });
});

describe("Whoever is not let in", () => {
  it.each([
    ["a foreign Host", { host: "evil.example" }],
    ["another site", { origin: "https://evil.example" }],
    ["a proxy", { "x-forwarded-for": "192.0.2.1" }],
  ])("gets no answer that a fault rule makes up: %s", async (_, headers) => {
    const { emulator, get } = await startWorld();
    const rule = { path: "**", status: 200, body: "made up" };
    (await emulator.control()).fault(rule);
    expect(await (await get("instance/id")).text()).toBe("made up");
    const refused = await get("instance/id", { headers });
    expect(refused.status).toBe(403);
    expect(await refused.text()).not.toContain("made up");
    expect(emulator.faults.tally).toEqual([{ rule, struck: 1 }]);
  });
});
