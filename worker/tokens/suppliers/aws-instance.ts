/**
 * Region and keys of an EC2 instance, from AWS's own metadata server (IMDS v1, or v2 when the file gives the URL of its
 * session tokens). The URLs have been checked by `aws.ts`; the calls are `google/call.ts`'s.
 *
 * @module
 */
import * as v from "valibot";
import { parseJson } from "../../lib/json.ts";
import type { Platform } from "../../platform.ts";
import { callUpstream } from "../google/call.ts";
import type { TokenError } from "../types.ts";
import { placeOf } from "./addresses.ts";
import { failedToken } from "./types.ts";

/** Where the instance's metadata server answers; what is absent must come from the environment. */
export interface AwsUrls {
  readonly region?: string;
  readonly credentials?: string;
  readonly sessionToken?: string;
}

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A session token is used at once, so it need not live long; seconds. */
const SESSION_TOKEN_LIFETIME = "300";

const text = v.pipe(v.string(), v.nonEmpty());
const keysSchema = v.object({ AccessKeyId: text, SecretAccessKey: text, Token: v.optional(text) });

/** Whether `name` can stand in a host name as a region. */
export function isRegion(name: string): boolean {
  return /^[a-z0-9-]+$/.test(name);
}

/** The metadata server during one subject token: the IMDSv2 session token is fetched once, when first needed. */
export class InstanceMetadata {
  readonly #platform: Platform;
  readonly #urls: AwsUrls;
  readonly #signal: AbortSignal;
  #session: Promise<Readonly<Record<string, string>>> | undefined;

  constructor(platform: Platform, urls: AwsUrls, signal: AbortSignal) {
    this.#platform = platform;
    this.#urls = urls;
    this.#signal = signal;
  }

  /** The region of the instance's zone: `us-east-2` of `us-east-2b`, `us-west-2` of the local zone `us-west-2-lax-1a`. */
  async region(): Promise<string> {
    const { region: url } = this.#urls;
    if (url === undefined) throw missing("AWS_REGION", "region_url");
    const zone = (await this.#get(url)).trim();
    const region = /^[a-z]+(?:-[a-z]+)+-\d+/.exec(zone)?.[0] ?? zone.slice(0, -1);
    if (!isRegion(region)) throw unusable(url, "it is not an availability zone");
    return region;
  }

  /** The keys of the role that the instance runs as. */
  async keys(): Promise<AwsKeys> {
    const { credentials: url } = this.#urls;
    if (url === undefined) throw missing("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", "url");
    const role = (await this.#get(url)).trim();
    // The characters of an IAM role name; anything else would change the path.
    if (!/^[\w+=,.@-]+$/.test(role)) throw unusable(url, "it is not the name of a role");
    const roleUrl = `${url.replace(/\/$/, "")}/${role}`;
    return readKeys(await this.#get(roleUrl), roleUrl);
  }

  async #get(url: string): Promise<string> {
    const headers = await this.#sessionHeaders();
    const call = { step: "subject token", method: "GET", url, headers } as const;
    return (await callUpstream(this.#platform, call, this.#signal)).text;
  }

  #sessionHeaders(): Promise<Readonly<Record<string, string>>> {
    this.#session ??= this.#openSession();
    return this.#session;
  }

  async #openSession(): Promise<Readonly<Record<string, string>>> {
    const { sessionToken: url } = this.#urls;
    if (url === undefined) return {};
    const headers = { "x-aws-ec2-metadata-token-ttl-seconds": SESSION_TOKEN_LIFETIME };
    const call = { step: "subject token", method: "PUT", url, headers } as const;
    const token = (await callUpstream(this.#platform, call, this.#signal)).text.trim();
    if (!/^[\w+/=-]+$/.test(token)) throw unusable(url, "it is not a session token");
    return { "x-aws-ec2-metadata-token": token };
  }
}

function readKeys(answer: string, url: string): AwsKeys {
  let json: unknown;
  try {
    json = parseJson(answer);
  } catch {
    throw unusable(url, "it is not valid JSON");
  }
  const keys = v.safeParse(keysSchema, json);
  if (!keys.success) throw unusable(url, "it holds no AccessKeyId and SecretAccessKey");
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken } = keys.output;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

function unusable(url: string, problem: string): TokenError {
  return failedToken("garbage", `Cannot use the answer of "${placeOf(url)}": ${problem}`);
}

/** The environment had the value at construction and has lost it since. */
function missing(variables: string, field: string): TokenError {
  const advice = `set ${variables}, or give "credential_source.${field}"`;
  return failedToken("configuration", `Cannot sign a request for AWS: ${advice}`);
}
