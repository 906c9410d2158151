/**
 * Guest attributes are text: bytes that are none are refused, and nothing is written.
 *
 * @module
 */
import { expect, it } from "vitest";
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
