/**
 * What is said when `format=full` cannot have the machine's claims (mds-behaviour.md 6.2).
 *
 * @module
 */
import { expect, it } from "vitest";
import { createEmulatorCore } from "../../../worker/emulator.ts";
import { createFakePlatform } from "../../fakes/platform.ts";
import { get, settingsWith } from "../metadata/fixture.ts";

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = `${part({ alg: "RS256" })}.${part({ aud: "a", exp: Date.parse("2026-11-24T13:00:00Z") / 1000 })}.sig`;

async function warnings(source: { readonly type: string; readonly idToken?: string }): Promise<string[]> {
  const platform = createFakePlatform();
  const accounts = { default: { source, origin: "test", email: "a@p.iam.gserviceaccount.com" } };
  const emulator = await createEmulatorCore(settingsWith({}, { accounts }), platform);
  for (const query of ["audience=a&format=full", "audience=a&format=full&licenses=TRUE", "audience=b&format=full"]) {
    await get(emulator, `instance/service-accounts/default/identity?${query}`);
  }
  return platform.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
}

it("says once that a real account's token has no claims of the machine", async () => {
  expect((await warnings({ type: "static", idToken: jwt })).filter((line) => line.includes("compute_engine"))).toEqual([
    "ID tokens of a@p.iam.gserviceaccount.com have no google.compute_engine claims: outside Google Cloud nobody can vouch for them",
  ]);
});

it("says nothing where the local issuer makes them", async () => {
  expect(await warnings({ type: "local" })).toEqual([]);
});
