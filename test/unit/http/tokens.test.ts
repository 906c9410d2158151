/** Answers with tokens are made once and given again, and never longer than the token itself. */
import { expect, it } from "vitest";
import { loadSettings } from "../../../worker/config/load.ts";
import { startWorld, token } from "../control/world.ts";

const account = "instance/service-accounts/default";

it("a token that was thrown away within its second is given to nobody any more", async () => {
  const { emulator, text } = await startWorld();
  const first = await text(`${account}/token`);
  expect(await text(`${account}/token`)).toBe(first);
  (await emulator.control()).rotate();
  expect(JSON.parse(await text(`${account}/token`)).access_token).not.toBe(JSON.parse(first).access_token);
});

it("an ID token that was renewed is the one that is given", async () => {
  const { clock, text } = await startWorld();
  const path = `${account}/identity?audience=a`;
  const first = await text(path);
  await clock.advance(59 * 60_000);
  // This asks for the next one, or has it already.
  await text(path);
  await clock.advance(1_000);
  expect(await text(path)).not.toBe(first);
});

it("a token of a credential that the configuration has no more is given to nobody", async () => {
  const configOf = (accessToken: string) => ({
    accounts: { default: { email: "same@x.example", source: { type: "static", accessToken } } },
  });
  const { emulator, platform, text } = await startWorld(configOf("of-the-old"));
  expect(await text(`${account}/token`)).toContain("of-the-old");
  const inputs = { flags: { controlToken: token }, env: {}, configText: JSON.stringify(configOf("of-the-new")) };
  await emulator.configure(await loadSettings(inputs, platform));
  expect(await text(`${account}/token`)).toContain("of-the-new");
});
