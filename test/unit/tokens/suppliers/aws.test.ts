import { AwsV4Signer } from "aws4fetch";
import { describe, expect, it } from "vitest";
import vectors from "../../../vectors/aws-sigv4.json" with { type: "json" };
import { type Answer, AUDIENCE, everyWord, failureOf, makeWorld, type SentCall, supplier, tokenOf } from "./fixture.ts";

const IMDS = "http://169.254.169.254/latest";
const ROLE_URL = `${IMDS}/meta-data/iam/security-credentials`;
const source = {
  environment_id: "aws1",
  region_url: `${IMDS}/meta-data/placement/availability-zone`,
  url: ROLE_URL,
  regional_cred_verification_url: "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
};
const v2 = { ...source, imdsv2_session_token_url: `${IMDS}/api/token` };
const keys = { AWS_ACCESS_KEY_ID: "AKIAFAKEFAKEFAKEFAKE", AWS_SECRET_ACCESS_KEY: "s3cret" };

interface Signed {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}
const read = (token: string): Signed => JSON.parse(decodeURIComponent(token));
const header = (signed: Signed, name: string) => signed.headers.find(({ key }) => key.toLowerCase() === name)?.value;

/** AWS's metadata server; `broken` replaces single answers by path. With `session` it is strict, as IMDSv2-only is. */
function imds(options: { session?: string; broken?: Readonly<Record<string, () => Response>> } = {}): Answer {
  const answers: Record<string, () => Response> = {
    "/latest/meta-data/placement/availability-zone": () => new Response("us-east-2b"),
    "/latest/meta-data/iam/security-credentials": () => new Response("my-role"),
    "/latest/meta-data/iam/security-credentials/my-role": () =>
      Response.json({
        Code: "Success",
        AccessKeyId: "ASIAFROMROLE",
        SecretAccessKey: "s3cret",
        Token: "s3cret-session",
      }),
    ...options.broken,
  };
  return ({ method, url, headers }: SentCall) => {
    const { pathname } = new URL(url);
    const broken = pathname === "/latest/api/token" ? options.broken?.[pathname] : undefined;
    if (broken !== undefined) return broken();
    if (pathname === "/latest/api/token") {
      const fine = method === "PUT" && headers.get("x-aws-ec2-metadata-token-ttl-seconds") === "300";
      return fine ? new Response(options.session ?? "") : new Response("", { status: 400 });
    }
    const given = headers.get("x-aws-ec2-metadata-token");
    if (given !== (options.session ?? null)) return new Response("", { status: 401 });
    return (answers[pathname] ?? (() => new Response("", { status: 404 })))();
  };
}

describe("the signature of an AWS source", () => {
  it.each(vectors.federation)(
    "equals botocore's: $name",
    async ({ url, region, keys: given, audience, at, authorization }) => {
      const env = {
        AWS_ACCESS_KEY_ID: given.accessKeyId,
        AWS_SECRET_ACCESS_KEY: given.secretAccessKey,
        ...("sessionToken" in given ? { AWS_SESSION_TOKEN: given.sessionToken } : {}),
        AWS_REGION: region,
      };
      const world = makeWorld({ env });
      world.now = Date.parse(at) + 999;
      const regional_cred_verification_url = url.replace(region, "{region}");
      const made = supplier({ ...source, regional_cred_verification_url }, world, { audience });
      const signed = read((await made.token(new AbortController().signal)).value);
      expect(signed.method).toBe("POST");
      expect(signed.url).toBe(url);
      expect(header(signed, "authorization")).toBe(authorization);
      expect(header(signed, "host")).toBe(new URL(url).host);
      expect(header(signed, "x-amz-date")).toBe(at.replace(/[:-]/g, ""));
      expect(header(signed, "x-goog-cloud-target-resource")).toBe(audience);
      expect(header(signed, "x-amz-security-token")).toBe("sessionToken" in given ? given.sessionToken : undefined);
      expect(world.calls).toHaveLength(0);
    },
  );

  it.each(vectors.published)("equals the published suite's in the library: $name", async (vector) => {
    const { method, url, region, service, at } = vector;
    const datetime = at.replace(/[:-]/g, "");
    const signed = await new AwsV4Signer({ ...vector.keys, method, url, region, service, datetime }).sign();
    expect(signed.headers.get("authorization")).toBe(vector.authorization);
  });
});

describe("an AWS source", () => {
  it("asks the metadata server, version 1, for what the environment does not say", async () => {
    const world = makeWorld({ answer: imds() });
    const signed = read(await tokenOf(source, world));
    expect(world.calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${source.region_url}`,
      `GET ${ROLE_URL}`,
      `GET ${ROLE_URL}/my-role`,
    ]);
    expect(signed.url).toBe("https://sts.us-east-2.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15");
    expect(header(signed, "authorization")).toContain("Credential=ASIAFROMROLE/20261124/us-east-2/sts/aws4_request");
    expect(header(signed, "x-amz-security-token")).toBe("s3cret-session");
    expect(header(signed, "x-goog-cloud-target-resource")).toBe(AUDIENCE);
  });

  it("opens one session with version 2 and shows it in every call", async () => {
    const world = makeWorld({ answer: imds({ session: "AQAAAsession==" }) });
    await tokenOf(v2, world);
    expect(world.calls.map(({ method }) => method)).toEqual(["PUT", "GET", "GET", "GET"]);
  });

  it.each([
    ["the region", { AWS_REGION: "eu-west-3", AWS_DEFAULT_REGION: "us-east-1" }, 2, "eu-west-3", "ASIAFROMROLE"],
    ["the default region", { AWS_REGION: "", AWS_DEFAULT_REGION: "us-east-1" }, 2, "us-east-1", "ASIAFROMROLE"],
    ["keys", keys, 1, "us-east-2", "AKIAFAKEFAKEFAKEFAKE"],
    ["half a pair of keys, which is none", { AWS_ACCESS_KEY_ID: "AKIAFAKE" }, 3, "us-east-2", "ASIAFROMROLE"],
    ["everything", { ...keys, AWS_REGION: "eu-west-3" }, 0, "eu-west-3", "AKIAFAKEFAKEFAKEFAKE"],
  ])("takes %s from the environment", async (_name, env, calls, region, key) => {
    const world = makeWorld({ env, answer: imds() });
    const signed = read(await tokenOf(source, world));
    expect(world.calls).toHaveLength(calls);
    expect(signed.url).toContain(`https://sts.${region}.amazonaws.com?`);
    expect(header(signed, "authorization")).toContain(`Credential=${key}/20261124/${region}/sts/`);
  });

  it.each([
    ["us-gov-west-1a", "us-gov-west-1"],
    ["us-west-2-lax-1a", "us-west-2"],
    ["ap-southeast-2c\n", "ap-southeast-2"],
  ])("takes zone %j as region %s", async (zone, region) => {
    const broken = { "/latest/meta-data/placement/availability-zone": () => new Response(zone) };
    const world = makeWorld({ env: keys, answer: imds({ broken }) });
    expect(read(await tokenOf(source, world)).url).toContain(`//sts.${region}.amazonaws.com`);
  });

  const answer =
    (body: string, status = 200) =>
    () =>
      new Response(body, { status });
  const zone = "/latest/meta-data/placement/availability-zone";
  const role = "/latest/meta-data/iam/security-credentials";
  it.each([
    ["no zone", zone, answer("evil.example/"), "garbage", "it is not an availability zone"],
    ["no role", role, answer(""), "garbage", "it is not the name of a role"],
    ["a role with a path", role, answer("../../s3cret"), "garbage", "it is not the name of a role"],
    ["keys that are not JSON", `${role}/my-role`, answer("s3cret"), "garbage", "it is not valid JSON"],
    [
      "half a pair of keys",
      `${role}/my-role`,
      answer('{"AccessKeyId":"s3cret"}'),
      "garbage",
      "it holds no AccessKeyId",
    ],
    ["an unreadable session", "/latest/api/token", answer("s3cret\u0001"), "garbage", "it is not a session token"],
    ["no role attached", role, answer("", 404), "rejected", role],
    ["no session", "/latest/api/token", answer("", 403), "rejected", "/latest/api/token"],
    ["a failure", zone, answer("", 500), "unavailable", zone],
  ])("fails when the metadata server gives %s", async (_name, path, broken, failure, reason) => {
    const world = makeWorld({ answer: imds({ session: "session", broken: { [path]: broken } }) });
    const error = await failureOf(tokenOf(v2, world));
    expect(error).toMatchObject({ failure, step: "subject token" });
    expect(error.message).toContain(reason);
    expect(everyWord(error)).not.toContain("s3cret");
  });

  it("says so when the environment loses its keys", async () => {
    const env: Record<string, string | undefined> = { ...keys, AWS_REGION: "us-east-1" };
    const { url: _url, region_url: _region, ...lambda } = source;
    const world = makeWorld({ env });
    const made = supplier(lambda, world);
    delete env.AWS_SECRET_ACCESS_KEY;
    const error = await failureOf(made.token(new AbortController().signal));
    expect(error).toMatchObject({ failure: "configuration", step: "subject token" });
  });

  const noUrl = { ...source, url: undefined };
  it.each([
    ["another version", { ...source, environment_id: "aws2" }, {}, 'Only "aws1" is supported'],
    ["another cloud", { ...source, environment_id: "azure1" }, {}, 'Only "aws1" is supported'],
    ["no signed URL", { ...source, regional_cred_verification_url: undefined }, {}, ""],
    [
      "a signed URL without TLS",
      { ...source, regional_cred_verification_url: "http://sts.amazonaws.com" },
      {},
      "Must be an https URL",
    ],
    [
      "keys from elsewhere",
      { ...source, url: "https://evil.example/role" },
      {},
      "credential_source.url: Must be a URL of 169.254.169.254",
    ],
    [
      "a region from elsewhere",
      { ...source, region_url: "http://169.254.169.253/" },
      {},
      "region_url: Must be a URL of 169.254.169.254, [fd00:ec2::254] or loopback",
    ],
    [
      "a session from elsewhere",
      { ...v2, imdsv2_session_token_url: "http://evil.example/" },
      {},
      "imdsv2_session_token_url",
    ],
    [
      "a user in its URL",
      { ...source, url: "http://ann@169.254.169.254/role" },
      {},
      "Must be a URL of 169.254.169.254",
    ],
    [
      "a password in its URL",
      { ...source, url: "http://:pw@[fd00:ec2::254]/" },
      {},
      "Must be a URL of 169.254.169.254",
    ],
    ["a user on loopback", { ...source, url: "http://ann@127.0.0.1/role" }, {}, "Must be a URL of 169.254.169.254"],
    ["another protocol", { ...source, url: "ftp://169.254.169.254/role" }, {}, "Must be a URL of 169.254.169.254"],
    ["a file as URL", { ...source, url: "file://localhost/etc/passwd" }, {}, "Must be a URL of 169.254.169.254"],
    ["no region at all", { ...source, region_url: undefined }, keys, "set AWS_REGION"],
    ["no keys at all", noUrl, { AWS_REGION: "us-east-1" }, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"],
    ["a region that is none", source, { AWS_REGION: "evil.example/" }, "is not a region"],
  ])("is refused at construction with %s", (_name, wrong, env, sentence) => {
    expect(() => supplier(JSON.parse(JSON.stringify(wrong)), makeWorld({ env }))).toThrow(sentence);
  });

  it.each(["http://[fd00:ec2::254]/latest/x", "http://127.0.0.1:1338/x", "http://localhost:1338/x"])(
    "accepts %s",
    (url) => {
      expect(supplier({ ...source, url, region_url: url }, makeWorld()).kind).toBe("aws");
    },
  );
});
