/**
 * Subject token of an AWS workload: a GetCallerIdentity request, signed but not sent, which Google's STS sends itself
 * to learn the caller. Imitates the AWS credentials of AIP-4117. Keys and region come from `aws-instance.ts` or the
 * environment, the signature is aws4fetch's.
 *
 * @module
 */
import { AwsV4Signer } from "aws4fetch";
import * as v from "valibot";
import { assertAll } from "../../lib/problems.ts";
import type { Platform } from "../../platform.ts";
import { assertMetadataAddress, assertSignedAddress } from "./addresses.ts";
import { type AwsKeys, type AwsUrls, InstanceMetadata, isRegion } from "./aws-instance.ts";
import { defineSupplier, type SubjectTokenSupplier, type SupplierContext, unusableSource } from "./types.ts";

const text = v.pipe(v.string(), v.nonEmpty());

const schema = v.looseObject({
  environment_id: v.literal("aws1", 'Only "aws1" is supported'),
  regional_cred_verification_url: text,
  region_url: v.optional(text),
  url: v.optional(text),
  imdsv2_session_token_url: v.optional(text),
});

/** `credential_source.environment_id`. */
export const awsSupplier = defineSupplier(schema, (source, context): SubjectTokenSupplier => {
  const urls: AwsUrls = {
    ...(source.region_url === undefined ? {} : { region: source.region_url }),
    ...(source.url === undefined ? {} : { credentials: source.url }),
    ...(source.imdsv2_session_token_url === undefined ? {} : { sessionToken: source.imdsv2_session_token_url }),
  };
  assertUsable(urls, source.regional_cred_verification_url, context);
  return {
    kind: "aws",
    async token(signal) {
      const { platform } = context;
      const instance = new InstanceMetadata(platform, urls, signal);
      const region = regionOf(platform) ?? (await instance.region());
      const keys = keysOf(platform) ?? (await instance.keys());
      // Google's STS compares the URL with the documented form, so it stays as written, without URL's slash.
      const url = source.regional_cred_verification_url.replace("{region}", region);
      return { value: await signedRequest(url, region, keys, context) };
    },
  };
});

/** A region from the environment; an empty variable counts as none. */
function regionOf({ env }: Platform): string | undefined {
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;
}

function keysOf({ env }: Platform): AwsKeys | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

function assertUsable(urls: AwsUrls, signed: string, context: SupplierContext): void {
  const isMetadata = (url: string | undefined, field: string) => () => {
    if (url !== undefined) assertMetadataAddress(url, context, field);
  };
  assertAll(
    () => assertSignedAddress(signed.replace("{region}", "us-east-1"), context, "regional_cred_verification_url"),
    isMetadata(urls.region, "region_url"),
    isMetadata(urls.credentials, "url"),
    isMetadata(urls.sessionToken, "imdsv2_session_token_url"),
    () => assertRegion(urls, context),
    () => assertKeys(urls, context),
  );
}

function assertRegion(urls: AwsUrls, context: SupplierContext): void {
  const region = regionOf(context.platform);
  if (region !== undefined && !isRegion(region)) {
    throw unusableSource(
      context,
      `Cannot use an AWS credential source: "${region}" (AWS_REGION or AWS_DEFAULT_REGION) is not a region`,
    );
  }
  if (region !== undefined || urls.region !== undefined) return;
  throw unusableSource(
    context,
    'Cannot use an AWS credential source: set AWS_REGION, or give "credential_source.region_url"',
  );
}

function assertKeys(urls: AwsUrls, context: SupplierContext): void {
  if (keysOf(context.platform) !== undefined || urls.credentials !== undefined) return;
  const variables = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
  throw unusableSource(
    context,
    `Cannot use an AWS credential source: set ${variables}, or give "credential_source.url"`,
  );
}

/**
 * Signs the request and writes it as the STS expects it: JSON, URL-encoded. The audience is among the signed headers,
 * so that a request captured for one pool is of no use for another.
 */
async function signedRequest(url: string, region: string, keys: AwsKeys, context: SupplierContext): Promise<string> {
  const datetime = new Date(context.platform.clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, "");
  const headers = { "x-goog-cloud-target-resource": context.audience };
  const signer = new AwsV4Signer({ ...keys, method: "POST", url, headers, service: "sts", region, datetime });
  const signed = await signer.sign();
  const listed = [["host", signed.url.host] as const, ...signed.headers].map(([key, value]) => ({ key, value }));
  return encodeURIComponent(JSON.stringify({ url, method: "POST", headers: listed }));
}
