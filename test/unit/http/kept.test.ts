/**
 * Answers that are kept by target have a bound in size, too.
 */
import { describe, expect, it } from "vitest";
import { createMetadataHandler } from "../../../worker/http/handlers/metadata.ts";
import { callFrom } from "../../../worker/http/request-call.ts";
import { styles } from "../../../worker/http/style.ts";
import type { Instance } from "../../../worker/instance/instance.ts";
import { Kept, maxKeptSize } from "../../../worker/lib/kept.ts";
import { emulatorWith, v1 } from "../metadata/fixture.ts";

describe("What is kept for targets", () => {
  it.each([
    ["small ones, a thousand of them", 1, 3_000, 1_000],
    ["large ones, as many as fit", maxKeptSize / 8, 100, 8],
    ["none that alone is too large", maxKeptSize + 1, 10, 0],
  ])("is bounded: %s", (_, size, count, most) => {
    const kept = new Kept<number>();
    const asked = Array.from({ length: count }, (_, n) => `/?recursive=true&n=${n}`);
    for (const [n, target] of asked.entries()) {
      kept.keep(target, n, size);
      expect(kept.get(target)).toBe(most === 0 ? undefined : n);
    }
    const held = asked.filter((target) => kept.get(target) !== undefined);
    expect([held.length <= most, held.length > 0]).toEqual([true, most > 0]);
  });
});

it("a hundred spellings of a question to a large tree are not all kept, the last one is", async () => {
  const large = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`a${n}`, String(n).repeat(100_000)]));
  const { store } = await emulatorWith({ instance: { attributes: large } });
  const instance = { snapshot: () => store.snapshot } as Instance;
  const read = createMetadataHandler(instance, styles.vm, () => () => styles.vm.notFound(""));
  const ask = (n: number) => read(callFrom(new Request(`${v1}?recursive=true&n=${n}`)));
  const answers = Array.from({ length: 100 }, (_, n) => ask(n));
  expect(ask(99)).toBe(answers[99]);
  expect(ask(0)).not.toBe(answers[0]);
});
