/**
 * Every fault in every call of every source, at each point of a token's life: the right status and never junk, a held
 * token as long as it lives, an end within 30 seconds, and recovery within 20 (interface.md, "What upstream failures
 * become"). The tables are in test/contract/faults/.
 *
 * @module
 */
import { describe, expect, it } from "vitest";
import {
  localFaults,
  localSources,
  type MatrixSource,
  matrixSources,
  secrets,
  wrongClocks,
} from "../../contract/faults/sources.ts";
import { type UpstreamFault, upstreamFaults } from "../../contract/faults/upstream.ts";
import { createMatrixWorld, type MatrixWorld, type Seen } from "../../contract/faults/world.ts";

const hour = 3_600_000;

/** The token of an answer; fails the test for anything else. */
function tokenOf({ body, status }: Seen, kind: MatrixSource["kind"]): { value: string; seconds: number } {
  expect([status, status === 200 ? "" : body]).toEqual([200, ""]);
  const { exp, value } = kind === "access" ? accessTokenIn(body) : { value: body, exp: Number.NaN };
  expect(value).toMatch(/^[\w.-]+$/);
  return { value, seconds: exp };
}

function accessTokenIn(body: string): { value: string; exp: number } {
  const { access_token, expires_in, token_type } = JSON.parse(body);
  expect(token_type).toBe("Bearer");
  expect(expires_in).toBeGreaterThan(0);
  return { value: access_token, exp: expires_in };
}

/** A source under one fault: how to bring the fault about, how to end it, and what is seen meanwhile. */
interface Trial {
  readonly kind: MatrixSource["kind"];
  readonly path: string;
  /** Calls that meet the fault before a request with no token held is answered. */
  readonly tries?: number;
  strike(): void;
  /** Checks an answer that nothing held can stand in for. */
  refused(seen: Seen): void;
}

async function endure(world: MatrixWorld, { kind, path, refused, strike, tries }: Trial): Promise<void> {
  const ask = () => world.ask(path);
  strike();
  const cold = await ask();
  refused(cold);
  if (tries !== undefined) expect(world.met).toBe(tries);
  expect(cold.ms).toBeLessThan(30_000);
  const calls = world.calls;
  refused(await ask());
  expect(world.calls, "a fresh failure is remembered").toBe(calls);

  world.mend();
  const first = await recovered(world, path, kind);
  if (kind === "access") expect(first.seconds).toBeGreaterThan(360);

  strike();
  const warm = world.calls;
  expect(tokenOf(await ask(), kind).value).toBe(first.value);
  expect(world.calls, "a token with life enough is served without a call").toBe(warm);
  // Renewal ahead starts below seven minutes; from five on a newer token is waited for; neither failure shows.
  for (const left of [6.5, 3, 0.5]) {
    await world.clock.advance(hour - left * 60_000 - (world.clock.now() - first.at));
    const held = await ask();
    tokenOf(held, kind);
    expect(held.ms).toBeLessThan(3_000);
  }
  await world.clock.advance(2 * hour);
  refused(await ask());
  world.mend();
  expect((await recovered(world, path, kind)).value).not.toBe(first.value);
}

/** Asks every second until there is a token, for 20 seconds. */
async function recovered(world: MatrixWorld, path: string, kind: MatrixSource["kind"]) {
  const since = world.clock.now();
  for (;;) {
    const seen = await world.ask(path);
    if (seen.status === 200) return { ...tokenOf(seen, kind), at: world.clock.now() };
    expect(world.clock.now() - since, seen.body).toBeLessThan(20_000);
    await world.clock.advance(1_000);
  }
}

function expectNoSecrets(world: MatrixWorld, seen: Seen): void {
  const text = seen.body + JSON.stringify(world.lines);
  const known = [
    ...Object.values(secrets),
    world.key.private_key.slice(100, 160),
    ...world.google.issuer.issued.keys(),
  ];
  expect(known.filter((secret) => text.includes(secret))).toEqual([]);
}

const pathOf = ({ audience, kind }: MatrixSource) =>
  kind === "access" ? "token" : `identity?audience=${encodeURIComponent(audience ?? "")}`;

describe.each(matrixSources.map((row) => [row.name, row.kind === "id" ? "ID" : "access", row] as const))(
  "%s, asked for an %s token",
  (_name, _kind, row) => {
    const trials = row.calls.flatMap(([step, call]) =>
      upstreamFaults.map((fault) => [call, fault.name, step, fault] as const),
    );

    it.each(trials)("endures at %s: %s", async (call, _fault, step, fault) => {
      const world = await createMatrixWorld(row);
      await endure(world, {
        kind: row.kind,
        path: pathOf(row),
        tries: fault.tries,
        strike: () => world.break(call, fault),
        refused: (seen) => refusedBy(world, { step, call, fault }, seen),
      });
      expect(world.google.violations).toEqual([]);
    });
  },
);

interface Place {
  readonly step: string;
  readonly call: string;
  readonly fault: UpstreamFault;
}

function refusedBy(world: MatrixWorld, { step, call, fault }: Place, seen: Seen): void {
  expect([seen.status, seen.body]).toEqual([fault.status, expect.stringContaining(`Step "${step}"`)]);
  expect(seen.body).toContain(call);
  const warned = world.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
  expect(warned.join("\n")).toContain(`Step "${step}"`);
  expect(seen.retryAfter).toBe(fault.retryAfter === undefined ? undefined : String(fault.retryAfter));
  expectNoSecrets(world, seen);
}

describe.each(["file", "executable"] as const)("a foreign token by %s", (source) => {
  it.each(localFaults.filter((fault) => fault.source === source).map((fault) => [fault.name, fault] as const))(
    "endures %s",
    async (_name, fault) => {
      const world = await createMatrixWorld({ source: () => localSources[source] });
      await endure(world, {
        kind: "access",
        path: "token",
        strike: () => world.breakHere(fault),
        refused: (seen) => {
          expect([seen.status, seen.body]).toEqual([fault.status, expect.stringMatching(fault.says)]);
          expectNoSecrets(world, seen);
        },
      });
    },
  );
});

describe("a clock that differs from Google's", () => {
  it.each(wrongClocks.map((row) => [row.source, row.kind, row.ahead, row.status, row] as const))(
    "%s, %s token, %d minutes ahead: %d",
    async (name, kind, ahead, status, { says, seconds }) => {
      const row = matrixSources.find((other) => other.name === name && other.kind === kind);
      if (row === undefined) throw new Error(`no source ${name} with ${kind} tokens`);
      const world = await createMatrixWorld({ source: row.source, ahead: ahead * 60_000 });
      const seen = await world.ask(pathOf(row));
      expect([seen.status, seen.body]).toEqual([status, expect.stringMatching(says ?? /./)]);
      if (seconds !== undefined) expect(tokenOf(seen, kind).seconds).toBe(seconds);
    },
  );
});
