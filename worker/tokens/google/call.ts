/**
 * One call to an upstream: time limit per try, retries where they help, and every failure told as a `TokenError` that
 * names the step, the endpoint and the upstream's own words.
 *
 * @module
 */
import type { Platform } from "../../platform.ts";
import type { ClientCertificate } from "../../platform.ts";
import type { Step } from "../types.ts";

export interface UpstreamCall {
  readonly step: Step;
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly certificate?: ClientCertificate;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly text: string;
}

export declare function callUpstream(platform: Platform, call: UpstreamCall, signal: AbortSignal): Promise<UpstreamAnswer>;
