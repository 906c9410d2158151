import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../../../worker/lib/errors.ts";
import {
  applyOverride,
  assertEndpoint,
  endpointOf,
  endpointsFrom,
  type FileEndpoint,
} from "../../../../worker/tokens/google/endpoints.ts";
import { createFakePlatform } from "../../../fakes/platform.ts";

const email = "e@p.iam.gserviceaccount.com";

describe("endpointsFrom", () => {
  it("gives Google's own places without overrides, also for empty variables", () => {
    expect(endpointsFrom({ CLOUDSDK_AUTH_TOKEN_HOST: "" })).toEqual({
      endpoints: {
        oauthToken: "https://oauth2.googleapis.com/token",
        sts: "https://sts.googleapis.com",
        iamCredentials: "https://iamcredentials.googleapis.com",
      },
      problems: [],
    });
  });

  it("keeps a path prefix and drops a trailing slash", () => {
    const { endpoints } = endpointsFrom({
      CLOUDSDK_AUTH_TOKEN_HOST: "http://127.0.0.1:9/a/token/",
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: "https://proxy.example/sts/",
      CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: "http://[::1]:9",
    });
    expect(endpoints).toEqual({
      oauthToken: "http://127.0.0.1:9/a/token",
      sts: "https://proxy.example/sts",
      iamCredentials: "http://[::1]:9",
    });
  });

  it.each([
    "http://proxy.example",
    "proxy.example:80",
    "nonsense",
    "https://user:pass@proxy.example",
    "ftp://127.0.0.1/",
  ])("names every variable that cannot be used: %s", (text) => {
    const { problems } = endpointsFrom({ CLOUDSDK_AUTH_TOKEN_HOST: text, CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: text });
    expect(problems.map(({ at }) => at)).toEqual(["CLOUDSDK_AUTH_TOKEN_HOST", "CLOUDSDK_API_ENDPOINT_OVERRIDES_STS"]);
    expect(JSON.stringify(problems)).not.toContain("user:pass");
  });
});

describe("applyOverride", () => {
  const endpoints = {
    oauthToken: "http://127.0.0.1:1/x/token",
    sts: "http://127.0.0.1:2/x",
    iamCredentials: "http://127.0.0.1:3/x",
  };

  it.each([
    ["oauthToken", "https://oauth2.googleapis.com/token", "http://127.0.0.1:1/x/token"],
    ["oauthToken", "https://www.googleapis.com/oauth2/v4/token", "http://127.0.0.1:1/x/token"],
    ["oauthToken", "https://accounts.google.com/o/oauth2/token", "http://127.0.0.1:1/x/token"],
    ["oauthToken", "https://oauth2.mtls.googleapis.com/token", "http://127.0.0.1:1/x/token"],
    ["oauthToken", "https://login.example/token", "https://login.example/token"],
    ["sts", "https://sts.googleapis.com/v1/token", "http://127.0.0.1:2/x/v1/token"],
    ["sts", "https://sts.mtls.googleapis.com/v1/token", "http://127.0.0.1:2/x/v1/token"],
    ["sts", "https://sts.europe-west1.rep.googleapis.com/v1/oauthtoken", "http://127.0.0.1:2/x/v1/oauthtoken"],
    ["sts", "https://sts.googleapis.com.example/v1/token", "https://sts.googleapis.com.example/v1/token"],
    ["sts", "https://sts.example/v1/token", "https://sts.example/v1/token"],
    [
      "iamCredentials",
      `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
      `http://127.0.0.1:3/x/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
    ],
    ["iamCredentials", "http://127.0.0.1:7/v1/y:generateAccessToken", "http://127.0.0.1:7/v1/y:generateAccessToken"],
  ] as const)("for %s turns %s into %s", (service, url, expected) => {
    expect(applyOverride(url, service, endpoints)).toBe(expected);
  });

  it("changes nothing without overrides", () => {
    const url = "https://sts.mtls.googleapis.com/v1/token";
    expect(applyOverride(url, "sts", endpointsFrom({}).endpoints)).toBe(url);
  });
});

describe("endpointOf", () => {
  const none = { url: undefined, field: "token_url", path: "/v1/oauthtoken", universe: undefined };
  const of = (file: Partial<FileEndpoint>, env: Record<string, string> = {}) => {
    const { endpoints } = endpointsFrom(env);
    return endpointOf("sts", { ...none, ...file }, { endpoints, origin: "f", platform: createFakePlatform({ env }) });
  };
  const override = { CLOUDSDK_API_ENDPOINT_OVERRIDES_STS: "https://proxy.corp.example/sts/" };

  it.each([
    ["Google's", {}, {}, "https://sts.googleapis.com/v1/oauthtoken"],
    [
      "the file's universe",
      { universe: "u.example" },
      { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "u.example" },
      "https://sts.u.example/v1/oauthtoken",
    ],
    ["the override, on any host: the user named it", {}, override, "https://proxy.corp.example/sts/v1/oauthtoken"],
    [
      "the override before the universe",
      { universe: "u.example" },
      override,
      "https://proxy.corp.example/sts/v1/oauthtoken",
    ],
    [
      "the override for Google's own URL in the file",
      { url: "https://sts.googleapis.com/v1/x" },
      override,
      "https://proxy.corp.example/sts/v1/x",
    ],
    ["another URL of the file before the override", { url: "http://127.0.0.1:9/x" }, override, "http://127.0.0.1:9/x"],
  ])("is %s", (_, file, env, url) => {
    expect(of(file, env)).toBe(url);
  });

  it("refuses the hosts of unknown universes, and a foreign URL whatever the override", () => {
    expect(() => of({ universe: "evil.example" })).toThrow("universe_domain: Secrets are not sent to");
    expect(() => of({ url: "https://evil.example/" }, override)).toThrow("token_url: Secrets are not sent to");
  });
});

describe("assertEndpoint", () => {
  const check = (url: string, env = {}) => assertEndpoint(url, 'credential file "wif.json"', "token_url", env);

  it.each([
    ["https://sts.googleapis.com/v1/token", {}],
    ["http://localhost:8080/v1/token", {}],
    ["http://127.9.9.9/v1/token", {}],
    ["http://[::1]:1/v1/token", {}],
    ["https://sts.cloud.example/v1/token", { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "cloud.example" }],
    ["https://proxy.example/v1/token", { METADATA_ALLOWED_ENDPOINTS: "other.example, Proxy.example" }],
  ])("accepts %s with %j", (url, env) => {
    expect(() => check(url, env)).not.toThrow();
  });

  it.each([
    ["https://sts.evil.example/v1/token", {}],
    ["https://googleapis.com.evil.example/", {}],
    ["https://evilgoogleapis.com/", {}],
    ["https://cloud.example.evil.example/", { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "cloud.example" }],
    ["http://sts.googleapis.com/v1/token", {}],
    ["http://127.0.0.1.evil.example/", {}],
    ["https://sts.googleapis.com@evil.example/", {}],
    ["https://ann:password@sts.googleapis.com/", {}],
    ["https://ann@sts.googleapis.com/", {}],
    ["https://:password@sts.googleapis.com/", {}],
    ["https://evilproxy.example/", { METADATA_ALLOWED_ENDPOINTS: "proxy.example" }],
    ["https://sub.proxy.example/", { METADATA_ALLOWED_ENDPOINTS: "proxy.example" }],
    ["file:///etc/passwd", {}],
    ["nonsense", {}],
  ])("refuses %s with %j and names file and field", (url, env) => {
    expect(() => check(url, env)).toThrow(ConfigurationError);
    expect(() => check(url, env)).toThrow(/^Cannot use credential file "wif\.json": token_url: (?!.*password@)/);
  });
});
