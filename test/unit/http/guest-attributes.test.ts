/**
 * Guest attributes are text: bytes that are none are refused, and nothing is written. A second has so many writes.
 *
 * @module
 */
import { expect, it } from "vitest";
import { maxValueBytes, maxWritesPerSecond } from "../../../worker/http/handlers/guest-attributes.ts";
import { maxChangesSize } from "../../../worker/metadata/store.ts";
import { startWorld } from "../control/world.ts";
import { emulatorWith, get } from "../metadata/fixture.ts";

const key = "instance/guest-attributes/ns/key";

it("refuses a value that is not UTF-8 and keeps the old one", async () => {
  const emulator = await emulatorWith({ instance: { attributes: { "enable-guest-attributes": "TRUE" } } });
  const put = (body: Uint8Array<ArrayBuffer>) => get(emulator, key, { method: "PUT", body });
  expect((await put(new TextEncoder().encode("old"))).status).toBe(200);
  const refused = await put(new Uint8Array([0x61, 0xff, 0xfe]));
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("must be text in UTF-8");
  expect(await (await get(emulator, key)).text()).toBe("old");
});

it("takes no more than the bound of all changes, tells so, and takes more again when something has gone", async () => {
  const emulator = await emulatorWith({ instance: { attributes: { "enable-guest-attributes": "TRUE" } } });
  const put = (name: string, size: number) =>
    get(emulator, `instance/guest-attributes/ns/${name}`, { method: "PUT", body: "x".repeat(size) });
  const many = Math.floor(maxChangesSize / maxValueBytes);
  for (let n = 0; n < many - 1; n++) expect((await put(`key${n}`, maxValueBytes)).status).toBe(200);
  const refused = await put("last", maxValueBytes);
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("Changes made while running hold 16 MiB at most");
  // What takes less room than before is no growth.
  expect((await put("key0", 1)).status).toBe(200);
  expect((await put("last", 1)).status).toBe(200);
});

it("takes a thousand writes in a second, and the next one a second later", async () => {
  const attributes = { "enable-guest-attributes": "TRUE" };
  const { clock, get: ask } = await startWorld({ metadata: { instance: { attributes } } });
  const put = async () => (await ask(key, { method: "PUT", body: "v" })).status;
  for (let i = 0; i < maxWritesPerSecond; i++) expect(await put()).toBe(200);
  expect([await put(), (await ask(key)).status]).toEqual([429, 200]);
  await clock.advance(1_000);
  expect(await put()).toBe(200);
});
