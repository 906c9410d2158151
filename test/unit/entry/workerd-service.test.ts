/** How workerd's worker opens a service: what is wrong stays so, what failed by accident is tried again. */
import { expect, it, vi } from "vitest";
import { serviceOf } from "../../../worker/entry/workerd-service.ts";
import { authFor } from "../service/fixture.ts";

const env = {
  METADATA_CONFIG: JSON.stringify({ auth: authFor("a"), clients: [{ match: { secret: "a" } }] }),
  LOG_LEVEL: "error",
};

it("opens a service again after an accident, and once only after that", async () => {
  const digest = vi.spyOn(crypto.subtle, "digest").mockRejectedValueOnce(new Error("the isolate is short of memory"));
  try {
    await expect(serviceOf(env)).rejects.toThrow("short of memory");
    const opened = await serviceOf(env);
    expect(opened).toMatchObject({ settings: { clients: [expect.anything()] } });
    expect(await serviceOf(env)).toBe(opened);
  } finally {
    digest.mockRestore();
  }
});
