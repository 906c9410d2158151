import { describe, expect, it } from "vitest";
import { Journal, type JournalEntry } from "../../../worker/telemetry/journal.ts";
import { startWorld } from "../control/world.ts";

const entry = { time: "2026-11-24T12:00:00.000Z", method: "GET", path: "/", status: 200, ms: 1, client: "" };

describe("The journal", () => {
  it("keeps the last thousand entries, each with a number of its own", () => {
    const journal = new Journal(true);
    for (let i = 1; i <= 2_500; i++) journal.add(entry);
    const kept = journal.entries();
    expect(kept).toHaveLength(1_000);
    expect([kept[0]?.id, kept.at(-1)?.id]).toEqual([1_501, 2_500]);
    journal.clear();
    expect(journal.entries()).toEqual([]);
  });

  it.each([
    ["/x?access_token=ya29.secret&a=b", "/x?access_token=[redacted]&a=b"],
    ["/x?a=b&ID_TOKEN=secret", "/x?a=b&ID_TOKEN=[redacted]"],
    ["/x?%61ccess%5Ftoken=secret", "/x?%61ccess%5Ftoken=[redacted]"],
    ["/x/ya29.secret", "/x/[redacted]"],
  ])("strikes the token out of %s", (path, shown) => {
    const journal = new Journal(true);
    journal.add({ ...entry, path });
    expect(journal.entries()[0]?.path).toBe(shown);
  });

  it("tells its subscribers, also when nothing is kept, until they have enough", () => {
    const journal = new Journal(false);
    expect(journal.wanted).toBe(false);
    const seen: JournalEntry[] = [];
    const end = journal.subscribe((one) => seen.push(one));
    expect(journal.wanted).toBe(true);
    journal.add(entry);
    end();
    journal.add(entry);
    expect(seen).toEqual([{ ...entry, id: 1 }]);
    expect(journal.entries()).toEqual([]);
    expect(journal.wanted).toBe(false);
  });

  it("shows who asked for what, whether the token was held, and what was refused", async () => {
    const { emulator, get } = await startWorld();
    const agent = { headers: { "user-agent": "curl/8", "x-goog-api-client": "gl-go/1.22 auth/1" } };
    const path = "instance/service-accounts/default/token";
    await get(path, agent);
    await get(path, { headers: { "user-agent": "curl/8" } });
    await get("instance/id", { headers: { host: "evil.example", "user-agent": "curl/8" } });
    expect(emulator.control.requests()).toMatchObject([
      {
        method: "GET",
        path: `/computeMetadata/v1/${path}`,
        status: 200,
        client: "google-auth/1 go/1.22",
        cache: "minted",
      },
      { status: 200, client: "curl/8", cache: "hit" },
      { path: "/computeMetadata/v1/instance/id", status: 403 },
    ]);
    emulator.control.clearRequests();
    expect(emulator.control.requests()).toEqual([]);
  });
});
