import { describe, expect, it } from "vitest";
import { everyWord, failureOf, makeWorld, supplier, tokenOf } from "./fixture.ts";

// What a supplier sees of a certificate is its PEM block, so any bytes do; the handshake is tested on real servers.
const der = (name: string) => btoa(`certificate of ${name}, long enough for PEM to need a second line of base64`);
const pem = (name: string, kind = "CERTIFICATE") =>
  `-----BEGIN ${kind}-----\n${der(name).replace(/.{64}/g, "$&\n")}\n-----END ${kind}-----\n`;

const CONFIG = "/etc/certificate_config.json";
const config = JSON.stringify({ cert_configs: { workload: { cert_path: "/etc/leaf.pem", key_path: "/etc/key.pem" } } });
const files = { [CONFIG]: config, "/etc/leaf.pem": pem("leaf"), "/etc/key.pem": pem("s3cret", "PRIVATE KEY") };
const source = (more: object = {}) => ({ certificate: { certificate_config_location: CONFIG, ...more } });

describe("a certificate source", () => {
  it("gives the leaf as a JSON array and the key pair for the handshake", async () => {
    const token = await supplier(source(), makeWorld({ files })).token(new AbortController().signal);
    expect(token).toEqual({
      value: JSON.stringify([der("leaf")]),
      certificate: { certificate: pem("leaf"), privateKey: pem("s3cret", "PRIVATE KEY") },
    });
  });

  it.each([
    ["without the leaf", pem("middle") + pem("root"), ["leaf", "middle", "root"]],
    ["with the leaf on top", pem("leaf") + pem("middle"), ["leaf", "middle"]],
    ["with comments and other line ends", `# middle\r\n${pem("middle").replaceAll("\n", "\r\n")}`, ["leaf", "middle"]],
    ["without certificates", "", ["leaf"]],
  ])("appends a trust chain %s", async (_name, chain, names) => {
    const world = makeWorld({ files: { ...files, "/etc/chain.pem": chain } });
    const token = await tokenOf(source({ trust_chain_path: "/etc/chain.pem" }), world);
    expect(token).toBe(JSON.stringify(names.map(der)));
  });

  it("reads a rotated certificate at the next call", async () => {
    const world = makeWorld({ files });
    const certificates = supplier(source(), world);
    await certificates.token(new AbortController().signal);
    world.files.set("/etc/leaf.pem", pem("next"));
    expect((await certificates.token(new AbortController().signal)).value).toBe(JSON.stringify([der("next")]));
  });

  it.each([
    [
      "GOOGLE_API_CERTIFICATE_CONFIG",
      { GOOGLE_API_CERTIFICATE_CONFIG: "/c.json", CLOUDSDK_CONFIG: "/sdk", HOME: "/h" },
      "/c.json",
    ],
    ["CLOUDSDK_CONFIG", { CLOUDSDK_CONFIG: "/sdk", HOME: "/h" }, "/sdk/certificate_config.json"],
    ["HOME", { HOME: "/h" }, "/h/.config/gcloud/certificate_config.json"],
    ["APPDATA", { APPDATA: "C:/a" }, "C:/a/gcloud/certificate_config.json"],
  ])("finds the default configuration by %s", async (_name, env, path) => {
    const world = makeWorld({ env, files: { ...files, [path]: config } });
    expect(await tokenOf({ certificate: { use_default_certificate_config: true } }, world)).toBe(
      JSON.stringify([der("leaf")]),
    );
  });

  it.each([
    ["a missing configuration", CONFIG, undefined, "Cannot read certificate configuration", "ENOENT"],
    ["a configuration that is not JSON", CONFIG, "{s3cret", "Cannot use certificate configuration", "not valid JSON"],
    [
      "a configuration without workload",
      CONFIG,
      '{"cert_configs":{}}',
      "Cannot use certificate configuration",
      '"cert_path"',
    ],
    ["a missing certificate", "/etc/leaf.pem", undefined, "Cannot read certificate file", "ENOENT"],
    ["a certificate that is none", "/etc/leaf.pem", "s3cret", "Cannot use certificate file", "no PEM certificate"],
    ["a missing key", "/etc/key.pem", undefined, "Cannot read certificate key file", "ENOENT"],
    ["a missing chain", "/etc/chain.pem", undefined, "Cannot read trust chain file", "ENOENT"],
    [
      "a chain with the leaf below",
      "/etc/chain.pem",
      pem("root") + pem("leaf"),
      "Cannot use trust chain file",
      "only at the top",
    ],
  ])("is unavailable with %s", async (_name, path, content, start, reason) => {
    const world = makeWorld({ files: { ...files, "/etc/chain.pem": pem("root") } });
    if (content === undefined) world.files.delete(path);
    else world.files.set(path, content);
    const error = await failureOf(tokenOf(source({ trust_chain_path: "/etc/chain.pem" }), world));
    expect(error).toMatchObject({ failure: "unavailable", step: "subject token" });
    expect(error.message).toContain(`${start} "${path}": `);
    expect(error.message).toContain(reason);
    expect(everyWord(error)).not.toContain("s3cret");
    expect(everyWord(error)).not.toContain(der("s3cret").slice(0, 20));
  });

  it.each([
    [
      "where no files are read",
      { without: ["readTextFile"] as const },
      source(),
      "on testland: this runtime reads no files",
    ],
    [
      "where no client certificate can be shown",
      { without: ["fetchWithCertificate"] as const },
      source(),
      "shows no client certificates",
    ],
    ["with both ways to the configuration", {}, source({ use_default_certificate_config: true }), "not both"],
    ["with neither way", {}, { certificate: {} }, "not both"],
    [
      "without a home",
      {},
      { certificate: { use_default_certificate_config: true } },
      "set GOOGLE_API_CERTIFICATE_CONFIG",
    ],
  ])("is refused at construction %s", (_name, options, certificate, sentence) => {
    expect(() => supplier(certificate, makeWorld(options))).toThrow(sentence);
  });
});
