import { describe, expect, it } from "vitest";
import { Journal, type JournalEntry } from "../../../worker/telemetry/journal.ts";
import { forgotten, sizeOf } from "../../../worker/telemetry/sent.ts";
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

  it("holds 8 MiB of headers and bodies at most, and says of the oldest that it has not kept them", () => {
    const journal = new Journal(true);
    // What a client alone can do: headers of 64 KiB, and a path that comes back in the page of the error.
    const headers: [string, string][] = [["X-Long", "x".repeat(64 * 1024)]];
    const answer = () => ({ headers: { Server: "s" }, body: "y".repeat(64 * 1024) });
    for (let i = 0; i < 1_500; i++) journal.add(entry, { headers, answer: answer() });
    const records = journal.since(0);
    expect(records).toHaveLength(1_000);
    expect(records.reduce((sum, { sent }) => sum + sizeOf(sent), 0)).toBeLessThan(8.3 * 1024 * 1024);
    expect(records[0]?.sent).toBe(forgotten);
    expect(records.at(-1)?.sent.answer).toEqual(answer());
    const kept = records.filter(({ sent }) => sent !== forgotten).length;
    // Only the newest, without a gap, and as many as fit.
    expect(records.slice(-kept).every(({ sent }) => sent !== forgotten)).toBe(true);
    expect(kept).toBeGreaterThan(120);
    // There is room again after that.
    journal.clear();
    journal.add(entry, { headers, answer: answer() });
    expect(journal.since(0)[0]?.sent.answer.body).toHaveLength(64 * 1024);
  });

  it("does not keep what alone is larger than everything", () => {
    const journal = new Journal(true);
    journal.add(entry);
    journal.add(entry, { headers: [], answer: { headers: {}, body: new Uint8Array(9 * 1024 * 1024) } });
    journal.add(entry, { headers: [], answer: { headers: {}, body: "small" } });
    expect(journal.entries()).toHaveLength(3);
    expect(journal.since(0).map(({ sent }) => sent.answer.body)).toEqual([
      forgotten.answer.body,
      forgotten.answer.body,
      "small",
    ]);
  });

  it("tells long headers by their length, and many by their number", () => {
    const journal = new Journal(true);
    const answer = { headers: {}, body: "" };
    const long: [string, string] = ["Cookie", "c".repeat(20_000)];
    const short: [string, string] = ["Host", "metadata"];
    journal.add(entry, { headers: [long, short], answer });
    journal.add(entry, { headers: Array.from({ length: 2_000 }, () => short), answer });
    const [first, second] = journal.since(0);
    expect(first?.sent.headers).toEqual([["Cookie", "(20000 characters, not kept)"], short]);
    const lines = second?.sent.headers ?? [];
    expect(lines.length).toBeLessThan(120);
    expect(lines.at(-1)).toEqual(["…", `(${2_001 - lines.length} more lines, not kept)`]);
  });

  it("clips what a client makes long", () => {
    const journal = new Journal(true);
    const text = "x".repeat(60_000);
    journal.add({ ...entry, method: text, path: `/${text}`, client: text });
    const [kept] = journal.entries();
    expect([kept?.method.length, kept?.path.length, kept?.client.length]).toEqual([100, 2_000, 2_000]);
  });

  it("strikes a token out of what a client calls itself", () => {
    const journal = new Journal(true);
    journal.add({ ...entry, client: "curl/8 ya29.secret" });
    expect(journal.entries()[0]?.client).toBe("curl/8 [redacted]");
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
    expect((await emulator.control()).requests()).toMatchObject([
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
    (await emulator.control()).clearRequests();
    expect((await emulator.control()).requests()).toEqual([]);
  });
});
