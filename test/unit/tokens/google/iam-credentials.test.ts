/**
 * The bodies that the worker sends to IAM Credentials have the members and types of the official client's.
 *
 * @module
 */
import type { protos } from "@google-cloud/iam-credentials";
import { describe, expectTypeOf, it } from "vitest";
import type { GenerateAccessToken, GenerateIdToken } from "../../../../worker/tokens/google/iam-credentials.ts";

type Api = protos.google.iam.credentials.v1.GenerateAccessTokenRequest;
type IdApi = protos.google.iam.credentials.v1.GenerateIdTokenRequest;

describe("the request bodies of IAM Credentials", () => {
  it("are the official client's but for the name, which is in the URL, and durations, which JSON writes as text", () => {
    expectTypeOf<Omit<GenerateAccessToken, "lifetime">>().toEqualTypeOf<Pick<Api, "delegates" | "scope">>();
    expectTypeOf<keyof GenerateAccessToken>().toExtend<keyof Api>();
    expectTypeOf<GenerateIdToken>().toEqualTypeOf<Pick<IdApi, "delegates" | "audience" | "includeEmail">>();
  });
});
