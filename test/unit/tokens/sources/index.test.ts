import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../../../worker/lib/errors.ts";
import { sourceTypes } from "../../../../worker/tokens/sources/index.ts";
import { accessToken, audience, buildSource, cloudPlatform, idToken } from "../../../contract/source-world.ts";
import { createFakeGoogle } from "../../../fakes/google.ts";

const email = "ci@fake-project.iam.gserviceaccount.com";
const of = (config: unknown, files?: Readonly<Record<string, string>> | null) =>
  buildSource(() => ({ config, ...(files === undefined ? {} : { files }) }));

async function problemsOf(building: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await building.catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigurationError)) throw new Error("expected a ConfigurationError", { cause: error });
  return error.message.split("\n");
}

describe("createSource", () => {
  it("knows every type of the interface", () => {
    const types = [
      "authorized_user",
      "external_account",
      "external_account_authorized_user",
      "file",
      "http",
      "impersonated",
    ];
    expect([...sourceTypes].sort()).toEqual([
      ...types,
      "impersonated_service_account",
      "local",
      "service_account",
      "static",
    ]);
  });

  it.each([
    ["no object", [], /not a JSON object/],
    ["no type", { client_email: email }, /type: missing/],
    ["a type of a wrong kind", { type: 5 }, /type: missing|type: must/],
    ["a type with a slip", { type: "service_acount" }, /type: .*did you mean "service_account"/],
    ["a type like an object's own member", { type: "constructor" }, /type: unknown/],
  ])("refuses a configuration with %s in one line that names its origin", async (_, config, words) => {
    const problems = await problemsOf(of(config));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^Cannot use credential file "sa\.json": /);
    expect(problems[0]).toMatch(words);
  });

  it("names every wrong field at once and no value", async () => {
    const problems = await problemsOf(
      of({ type: "service_account", client_email: 5, private_key: { secret: "s3cret" } }),
    );
    expect(problems).toEqual([expect.stringContaining("client_email: "), expect.stringContaining("private_key: ")]);
    expect(problems.join()).not.toContain("s3cret");
  });

  it("names every unknown field, and the mistakes of a base beside those of what stands on it", async () => {
    expect(await problemsOf(of({ type: "static", accessToken: "a", idToken: "b", one: 1, two: 2 }))).toEqual([
      'Cannot use credential file "sa.json": one: unknown field',
      'Cannot use credential file "sa.json": two: unknown field',
    ]);
    const base = { type: "user" };
    expect(await problemsOf(of({ type: "impersonated", serviceAccount: "x", base }))).toEqual([
      'Cannot use credential file "sa.json": serviceAccount: must be an e-mail address',
      expect.stringMatching(/^Cannot use credential file "sa\.json", base: type: unknown/),
    ]);
  });

  const url = (host: string) => `https://${host}.example/v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
  const aws = {
    environment_id: "aws1",
    regional_cred_verification_url: "http://sts.example",
    region_url: "http://one.example/",
    url: "http://two.example/",
  };
  it.each<[string, object, readonly string[]]>([
    [
      "external_account",
      {
        audience: "//iam.googleapis.com/x",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        credential_source: aws,
        token_url: "https://evil1.example/v1/token",
        token_info_url: "https://evil2.example/v1/introspect",
        service_account_impersonation_url: url("evil3"),
        workforce_pool_user_project: "p",
      },
      [
        "token_url: ",
        "service_account_impersonation_url: ",
        "credential_source.regional_cred_verification_url: ",
        "credential_source.region_url: ",
        "credential_source.url: ",
        "token_info_url: ",
        "workforce_pool_user_project: ",
      ],
    ],
    [
      "external_account_authorized_user",
      {
        ...{ client_id: "c", client_secret: "s", refresh_token: "r" },
        token_url: "https://evil1.example/v1/oauthtoken",
        token_info_url: "https://evil2.example/v1/introspect",
      },
      ["token_url: ", "token_info_url: "],
    ],
    [
      "impersonated_service_account",
      { service_account_impersonation_url: url("evil"), source_credentials: { type: "authorized_user" } },
      ["service_account_impersonation_url: ", "client_id: ", "client_secret: ", "refresh_token: "],
    ],
    [
      "service_account",
      { client_email: email, private_key: "no key", token_uri: "http://evil.example/token" },
      ["private_key: ", "token_uri: "],
    ],
  ])("tells all that only a closer look at %s finds", async (type, rest, fields) => {
    const problems = await problemsOf(of({ type, ...rest }));
    expect(problems).toEqual(fields.map((field) => expect.stringContaining(`: ${field}`)));
  });

  it("lets Google's files have fields that are not known yet, and its own types have none", async () => {
    const google = createFakeGoogle();
    const key = await google.directory.createServiceAccount(email);
    await expect(of({ ...key, a_field_of_2030: 1 })).resolves.toBeDefined();
    await expect(of({ type: "static", accessToken: "a", acessToken: "b" })).rejects.toThrow("acessToken: ");
    expect(await problemsOf(of({ type: "local", email: "s3cret", key: "s3cret" }))).toEqual([
      'Cannot use credential file "sa.json": email: unknown field',
      'Cannot use credential file "sa.json": key: unknown field',
    ]);
  });
});

describe("file", () => {
  it.each([
    ["is missing", {}, 'Cannot read credential file "x.json": no such file'],
    ["is not JSON", { "x.json": "{ s3cret" }, 'Cannot read credential file "x.json": not valid JSON'],
    ["holds no object", { "x.json": '"s3cret"' }, 'Cannot read credential file "x.json": '],
    [
      "cannot be read on this runtime",
      null,
      'Cannot read credential file "x.json": testland reads no files; give its content in GOOGLE_APPLICATION_CREDENTIALS_JSON',
    ],
    ["has an unknown type", { "x.json": '{"type":"user"}' }, 'Cannot use credential file "x.json": type: '],
    [
      "lacks a field",
      { "x.json": '{"type":"service_account","client_email":"a@b"}' },
      'Cannot use credential file "x.json": private_key: missing',
    ],
  ])("refuses a file that %s", async (_, files, sentence) => {
    const problems = await problemsOf(of({ type: "file", path: "x.json" }, files));
    expect(problems.join("\n")).toContain(sentence);
    expect(problems.join()).not.toContain("s3cret");
  });
});

describe("http", () => {
  const config = { type: "http", url: "http://127.0.0.1:9/broker", headers: { "X-Key": "k" } };

  it("asks the broker for what was asked of it", async () => {
    const { google, source } = await buildSource(() => ({ config, accountEmail: email }));
    await accessToken(source, { lifetime: 900 });
    await idToken(source, { format: "full", licenses: true });
    expect(google.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { kind: "access_token", account: email, scopes: [cloudPlatform], lifetime: 900 },
      { kind: "id_token", account: email, audience, format: "full", licenses: true },
    ]);
    expect(google.requests[0]?.headers.get("x-key")).toBe("k");
    expect(google.violations).toEqual([]);
  });

  it.each(["http://broker.example/", "nonsense", "https://a:b@broker.example/", "ftp://127.0.0.1/"])(
    "refuses the URL %s",
    async (url) => {
      expect((await problemsOf(of({ ...config, url })))[0]).toMatch(/url: /);
    },
  );
});
