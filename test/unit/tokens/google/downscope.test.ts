/** A narrowed token is as good as the one that it was made of, and no better. */
import { expect, it } from "vitest";
import { downscope } from "../../../../worker/tokens/google/downscope.ts";
import { createFakePlatform } from "../../../fakes/platform.ts";

it.each([
  ["what STS says", { expires_in: 300 }, 300],
  ["as long as the given token, where STS says more", { expires_in: 7_200 }, 600],
  ["as long as the given token, where STS says nothing", {}, 600],
])("lives %s", async (_, answer, life) => {
  const fetch = async () => Response.json({ access_token: "narrow", token_type: "Bearer", ...answer });
  const platform = createFakePlatform({ fetch });
  const expiresAt = platform.clock.now() + 600_000;
  const signal = new AbortController().signal;
  const narrowed = await downscope(platform, "https://sts.googleapis.com", { value: "wide", expiresAt }, {}, signal);
  expect(narrowed).toMatchObject({ value: "narrow", expiresAt: platform.clock.now() + life * 1000 });
});
