/**
 * Nothing of one tenant is visible to another: random instances, accounts and rules, random requests of random clients,
 * while instances are dropped from memory and built again.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accounts, authFor, secretOf, startService, v1 } from "./fixture.ts";

interface Tenant {
  readonly client: string;
  readonly instance: string;
  /** What only this tenant may see. */
  readonly marks: readonly string[];
}

/** A thousand cases on a machine that does much else. */
const limitMs = 120_000;

/** A service whose every value names its owner, its tokens too: given ones cost no keys. */
function build(shape: readonly number[], given = true) {
  const tenants: Tenant[] = [];
  const instances: Record<string, object> = {};
  const clients: object[] = [];
  for (const [i, accountCount] of shape.entries()) {
    const instance = `instance-${i}`;
    const project = `project-${i}-mark`;
    const own: Record<string, object> = {};
    for (let j = 0; j < accountCount; j++) {
      const client = `client-${i}-${j}`;
      const email = `account-${i}-${j}-mark@x.example`;
      own[j === 0 ? "default" : `name-${i}-${j}-mark`] = {
        email,
        scopes: [`scope-${i}-${j}-mark`],
        ...(given ? { source: { type: "static", accessToken: `ya29.${email}`, idToken: `id.${email}` } } : {}),
      };
      clients.push({
        match: { secret: client },
        instance,
        account: email,
        audiences: ["https://*.example.com"],
        control: false,
      });
      tenants.push({ client, instance, marks: [`attribute-${i}-mark`, project, email, `scope-${i}-${j}-mark`] });
    }
    const attributes = { owner: `attribute-${i}-mark`, "enable-guest-attributes": "TRUE" };
    instances[instance] = { metadata: { instance: { attributes }, project: { projectId: project } }, accounts: own };
  }
  return { tenants, config: { auth: authFor(...tenants.map(({ client }) => client)), instances, clients } };
}

/** Everything in an answer that names an owner. */
function marksIn(text: string): string[] {
  return [...text.matchAll(/\w+-\d+(?:-\d+)?-mark(?:@x\.example)?/g)].map(([mark]) => mark);
}

function someone(tenants: readonly Tenant[], pick: number): Tenant {
  const tenant = tenants[pick % tenants.length];
  if (tenant === undefined) throw new Error("there are no tenants");
  return tenant;
}

const paths: readonly ((other: Tenant) => string)[] = [
  () => `${v1}/?recursive=true`,
  () => `${v1}/?recursive=true&alt=text`,
  () => `${v1}/instance/attributes/owner`,
  () => `${v1}/project/project-id`,
  () => `${accounts}/`,
  () => `${accounts}/?recursive=true`,
  () => `${accounts}/default/token`,
  () => `${accounts}/default/identity?audience=https://a.example.com&format=full`,
  (other) => `${accounts}/${other.marks[2]}/token`,
  (other) => `${accounts}/${other.marks[2]}/email`,
  (other) => `${accounts}/default/token?scopes=${other.marks[3]}`,
  (other) => `/emulator/v1/metadata/instance/service-accounts/${other.marks[2]}`,
  () => "/emulator/v1/requests",
  () => "/emulator/v1/metrics",
  () => `${v1}/instance/guest-attributes/ns/?recursive=true`,
];

describe("tenants", () => {
  it(
    "see nothing of each other, whatever they ask and whoever asked before",
    async () => {
      const shapes = fc.sample(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 3 }), 8);
      const worlds = await Promise.all(
        shapes.map(async (shape) => {
          const { config, tenants } = build(shape);
          return { tenants, ...(await startService(config, { maxInstances: 1 })) };
        }),
      );
      const request = fc.record({
        world: fc.constantFrom(...worlds),
        who: fc.nat(99),
        whose: fc.nat(99),
        path: fc.constantFrom(...paths),
      });
      await fc.assert(
        fc.asyncProperty(request, async ({ path, who, whose, world }) => {
          const tenant = someone(world.tenants, who);
          const target = path(someone(world.tenants, whose));
          const answer = await world.ask(tenant.client, target);
          // A refusal may repeat what was asked for.
          if (answer.status !== 200) return;
          const strange = marksIn(await answer.text()).filter((mark) => !tenant.marks.includes(mark));
          expect(strange, `${tenant.client} asks ${target}`).toEqual([]);
        }),
      );
      for (const { audit, tenants } of worlds) {
        for (const line of audit.filter((one) => one.audit === "mint"))
          expect(tenants.find(({ client }) => client === line.client)?.marks).toContain(line.account);
      }
    },
    limitMs,
  );

  it("keep what they wrote while others push them out of memory", async () => {
    const { config } = build([1, 1, 1]);
    const { ask, service } = await startService(config, { maxInstances: 1 });
    const path = `${v1}/instance/guest-attributes/ns/key`;
    const headers = { Authorization: `Bearer ${secretOf("client-0-0")}`, "Metadata-Flavor": "Google" };
    const written = await service.fetch(
      new Request(`http://x.example${path}`, { method: "PUT", headers, body: "mine" }),
    );
    expect(written.status).toBe(200);
    for (const client of ["client-1-0", "client-2-0", "client-1-0"]) expect((await ask(client, path)).status).toBe(404);
    expect(service.live).toBe(2);
    expect(await (await ask("client-0-0", path)).text()).toBe("mine");
  });

  it("have ID tokens that their own key set verifies after they were out of memory, and no other one", async () => {
    const { config } = build([1, 1], false);
    const { ask, service } = await startService(config, { maxInstances: 1 });
    const token = await (await ask("client-0-0", `${accounts}/default/identity?audience=https://a.example.com`)).text();
    const kid = (JSON.parse(atob(token.split(".")[0] ?? "")) as { kid: string }).kid;
    const kids = async (client: string) => {
      const { keys } = (await (await ask(client, "/emulator/v1/issuer/jwks")).json()) as { keys: { kid: string }[] };
      return keys.map((key) => key.kid);
    };
    expect(await kids("client-1-0")).not.toContain(kid);
    expect(service.live).toBe(1);
    expect(await kids("client-0-0")).toContain(kid);
  });

  it(
    "are many without all being in memory",
    async () => {
      const { config, tenants } = build(Array.from({ length: 200 }, () => 1));
      const { ask, service } = await startService(config, { maxInstances: 100 });
      for (const tenant of tenants)
        expect(await (await ask(tenant.client, `${v1}/project/project-id`)).text()).toBe(tenant.marks[1]);
      expect(service.live).toBe(100);
    },
    limitMs,
  );
});
