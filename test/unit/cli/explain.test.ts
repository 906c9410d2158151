import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { authFor } from "../service/fixture.ts";
import { runProgram } from "./program.ts";

const file = join(mkdtempSync(join(tmpdir(), "gme-explain-")), "service.json");
const issuers = [{ name: "gh", issuer: "https://idp.example.com", audience: "https://service.example.com" }];
const rules = [
  { match: { secret: "ci" }, instance: "main" },
  { match: { issuer: "gh", claims: { repository: "org/*" } }, instance: "main", maxLifetime: 900 },
];
writeFileSync(file, JSON.stringify({ auth: { ...authFor("ci"), issuers }, instances: { main: {} }, clients: rules }));

const explain = (...args: readonly string[]) => runProgram(["config", "explain", "--config", file, ...args]);

describe("config explain", () => {
  it("says which rule a token meets, and why no earlier one", async () => {
    const claims = JSON.stringify({ iss: "https://idp.example.com", repository: "org/app" });
    const { code, stdout } = await explain("--as", claims);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^clients\[0\]: no, .*"gh"\nclients\[1\]: yes\n[\s\S]*at most 900 s/),
    ]);
    expect((await explain(`--as=${claims.replace("org/", "evil/")}`)).stdout).toContain(
      "No rule is for this client: 403",
    );
  });

  it("takes the name of a secret, and ends with 2 when nobody is named or the claims are no JSON", async () => {
    expect((await explain("--as", "ci")).stdout).toContain("clients[0]: yes");
    const [nobody, torn] = await Promise.all([explain(), explain("--as", "{")]);
    expect([nobody?.code, nobody?.stderr, torn?.code, torn?.stderr]).toEqual([
      2,
      expect.stringContaining("--as: Needs the name of a secret"),
      2,
      expect.stringContaining("--as: Cannot read the claims"),
    ]);
  });
});
