import { describe, expect, it } from "vitest";
import { onDemand } from "../../../worker/lib/on-demand.ts";

/** A part that is loaded when the test says so; it counts its loads and makes. */
function part() {
  const loads: ((module: { step: number }) => void)[] = [];
  const made: number[] = [];
  const count = onDemand(
    () => new Promise<{ step: number }>((resolve) => loads.push(resolve)),
    ({ step }) => {
      made.push(step);
      let total = 0;
      return (times: number) => (total += step * times);
    },
  );
  return { loads, made, count };
}

describe("A part on demand", () => {
  it("is not loaded before it is called", () => {
    expect(part().loads).toEqual([]);
  });

  it("is made once, and keeps its state", async () => {
    const { count, loads, made } = part();
    const first = count(1);
    loads[0]?.({ step: 10 });
    expect(await first).toBe(10);
    expect(await count(2)).toBe(30);
    expect(loads).toHaveLength(1);
    expect(made).toEqual([10]);
  });

  it("is one part for callers who wait for it at the same time, each by a load of its own", async () => {
    const { count, loads, made } = part();
    const [first, second] = [count(1), count(1)];
    loads[1]?.({ step: 5 });
    expect(await second).toBe(5);
    loads[0]?.({ step: 7 });
    expect(await first).toBe(10);
    expect(made).toEqual([5]);
  });

  it("is tried again after it could not be loaded", async () => {
    let tries = 0;
    const answer = onDemand(
      async () => {
        if (tries++ === 0) throw new Error("not there");
        return "module";
      },
      (module) => () => module,
    );
    await expect(answer()).rejects.toThrow("not there");
    expect(await answer()).toBe("module");
  });
});
