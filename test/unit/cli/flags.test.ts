import { describe, expect, it } from "vitest";
import { canonical, flagNames, flagTable } from "../../../worker/entry/cli/flag-table.ts";
import { parseServeArguments } from "../../../worker/entry/cli/flags.ts";
import { helpText } from "../../../worker/entry/cli/help.ts";
import { ConfigurationError } from "../../../worker/lib/errors.ts";

function problemsOf(...argv: string[]): string[] {
  try {
    parseServeArguments(argv);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("parseServeArguments", () => {
  it.each([
    ["--port 18080", { port: 18080 }],
    ["-port :8080", { port: 8080 }],
    ["--port=0", { port: 0 }],
    ["-interface 0.0.0.0", { host: "0.0.0.0" }],
    ["--host [::1]", { host: "::1" }],
    ["-domainsocket=/tmp/m.sock", { unixSocket: "/tmp/m.sock" }],
    ["-configFile=config.json", { config: "config.json" }],
    ["-serviceAccountFile sa.json", { serviceAccountFile: "sa.json" }],
    ["--impersonate=false --federate=true", { impersonate: false, federate: true }],
    ["--delegates a@x,b@x", { delegates: ["a@x", "b@x"] }],
    ["--allow-host a --allow-host b", { allowHost: ["a", "b"] }],
    ["--projectId=p --numericProjectId 12", { projectId: "p", numericProjectId: "12" }],
    [
      "--zone=z --instanceID=8087716956832600000 --instanceName=vm1",
      { zone: "z", instanceId: "8087716956832600000", instanceName: "vm1" },
    ],
    ["--project-id a --project-id b", { projectId: "b" }],
    [
      "--metadata-dir d --state s --inspect --open-metrics",
      { metadataDir: "d", state: "s", inspect: true, openMetrics: true },
    ],
    ["-v 5 --log-level warn", { logLevel: "warn" }],
    ["-logtostderr -alsologtostderr", {}],
  ])("reads %s", (line, values) => {
    expect(parseServeArguments(line.split(" "))).toEqual(values);
  });

  it.each([
    [
      "-logtostderr --configFile=config.json -alsologtostderr -v 5 -port :8080 --serviceAccountFile certs/sa.json",
      { config: "config.json", port: 8080, serviceAccountFile: "certs/sa.json" },
    ],
    [
      "-logtostderr -alsologtostderr -v 5 -port :8080 --impersonate --configFile=config.json",
      { port: 8080, impersonate: true, config: "config.json" },
    ],
    [
      "-logtostderr -configFile=config.json -alsologtostderr -v 5 -port :8080 --federate",
      { port: 8080, federate: true, config: "config.json" },
    ],
    [
      "-port :8080 --impersonate --serviceAccountEmail sa@p.iam.gserviceaccount.com --numericProjectId 1 --projectId=p --tokenScopes a,b",
      {
        port: 8080,
        impersonate: true,
        serviceAccountEmail: "sa@p.iam.gserviceaccount.com",
        numericProjectId: "1",
        projectId: "p",
        tokenScopes: ["a", "b"],
      },
    ],
  ])("takes the incumbent's command line %s", (line, values) => {
    expect(parseServeArguments(line.split(" "))).toMatchObject(values);
  });

  it("reads every flag of the table in its kebab and camel spellings, with one dash or two", () => {
    for (const name of flagNames.filter((other) => other !== "help")) {
      const { kind } = flagTable[name];
      const value = kind === "boolean" ? "" : "=1";
      for (const flag of [canonical(name), `-${name}`, `--${name}`]) {
        expect(parseServeArguments([`${flag}${value}`]), flag).toHaveProperty(name);
      }
    }
  });

  it.each([
    ["--prot 1", "--port"],
    ["--servic-account-file x", "--service-account-file"],
    ["--port 65536", "--port"],
    ["--port x", "--port"],
    ["--port", "--port"],
    ["--config --impersonate", "--config"],
    ["--impersonate=maybe", "--impersonate"],
    ["-metricsEnabled", "metrics listener"],
    ["-tpm --persistentHandle=0x81008000", "TPM"],
    ["-usemTLS", "mutual TLS"],
    ["8080", "Unexpected argument"],
  ])("refuses %s", (line, part) => {
    expect(problemsOf(...line.split(" ")).join("\n")).toContain(part);
  });

  it("tells all mistakes at once, one line each", () => {
    expect(problemsOf("--prot", "1", "--port", "x", "--impersonate=2")).toHaveLength(3);
  });

  it("never shows a value", () => {
    const text = problemsOf(
      "--contrl-token",
      "s3cret",
      "--keyPass=s3cret",
      "--control-token=",
      "s3cret",
      "--port=s3cret",
    ).join("\n");
    expect(text).toContain("--control-token");
    expect(text).not.toContain("s3cret");
  });

  it("judges nothing else when help is asked for", () => {
    expect(parseServeArguments(["--prot", "1", "-h"])).toEqual({ help: true });
  });
});

describe("helpText", () => {
  it("fits a screen", () => {
    const lines = helpText().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it("names every flag once as a row's flag", () => {
    const rows = helpText()
      .split("\n")
      .filter((line) => line.startsWith("  --"));
    for (const name of flagNames) {
      const hits = rows.filter((row) => new RegExp(`(^  |, )${canonical(name)}( |,|$)`).test(row));
      expect(hits, name).toHaveLength(1);
    }
  });
});
