/**
 * Where Google's services are: their defaults, the `CLOUDSDK_*` overrides of gcloud, and which URLs of a credential file
 * may be sent a secret (interface.md "Environment variables"; Google's documentation warns of forged files).
 *
 * @module
 */
import { ConfigurationError, type Problem } from "../../lib/errors.ts";
import type { Endpoints } from "../types.ts";

type Service = keyof Endpoints;

const defaults: Endpoints = {
  oauthToken: "https://oauth2.googleapis.com/token",
  sts: "https://sts.googleapis.com",
  iamCredentials: "https://iamcredentials.googleapis.com",
};

const variables: Readonly<Record<Service, string>> = {
  oauthToken: "CLOUDSDK_AUTH_TOKEN_HOST",
  sts: "CLOUDSDK_API_ENDPOINT_OVERRIDES_STS",
  iamCredentials: "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS",
};

/** Google's own hosts of a service, the ones that an override replaces. */
const ownHosts: Readonly<Record<Service, RegExp>> = {
  oauthToken: /^(?:oauth2\.(?:mtls\.)?googleapis\.com|accounts\.google\.com|www\.googleapis\.com)$/,
  sts: /^sts(?:\.mtls|\.[a-z0-9-]+\.rep)?\.googleapis\.com$/,
  iamCredentials: /^iamcredentials(?:\.mtls|\.[a-z0-9-]+\.rep)?\.googleapis\.com$/,
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the overrides. A trailing slash is optional, a path prefix is kept. */
export function endpointsFrom(env: Environment): { endpoints: Endpoints; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const read = (service: Service): string => {
    const text = env[variables[service]];
    if (text === undefined || text === "") return defaults[service];
    const problem = addressProblem(text);
    if (problem !== undefined) problems.push({ at: variables[service], message: problem });
    return text.replace(/\/+$/, "");
  };
  return {
    endpoints: { oauthToken: read("oauthToken"), sts: read("sts"), iamCredentials: read("iamCredentials") },
    problems,
  };
}

/** Returns where a call to `url` goes: an override replaces Google's own host; any other URL of a file wins over it. */
export function applyOverride(url: string, service: Service, endpoints: Endpoints): string {
  const parsed = new URL(url);
  if (endpoints[service] === defaults[service] || !ownHosts[service].test(parsed.hostname)) return url;
  return service === "oauthToken" ? endpoints.oauthToken : endpoints[service] + parsed.pathname + parsed.search;
}

/** Whether `hostname`, as `URL` spells it, is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** What keeps a URL from being called at all, if anything: https, or http on loopback, no user in it. */
export function addressProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "Must be a URL";
  const { hostname, password, protocol, username } = new URL(text);
  if (username !== "" || password !== "") return "Must not hold a user name or password";
  if (protocol === "https:" || (protocol === "http:" && isLoopback(hostname))) return undefined;
  return "Must be an https URL (http is for loopback only)";
}

/**
 * Checks a URL of a credential file that will be sent a subject token, a refresh token or an assertion for Google:
 * Google's own hosts, those of the universe that `GOOGLE_CLOUD_UNIVERSE_DOMAIN` names, loopback, and what
 * `METADATA_ALLOWED_ENDPOINTS` (comma-separated host names) adds. Throws a `ConfigurationError` that names the field.
 */
export function assertEndpoint(url: string, origin: string, field: string, env: Environment): void {
  const problem = addressProblem(url) ?? hostProblem(new URL(url).hostname, env);
  if (problem !== undefined)
    throw new ConfigurationError([{ at: `Cannot use ${origin}`, message: `${field}: ${problem}` }]);
}

function hostProblem(hostname: string, env: Environment): string | undefined {
  const universe = env.GOOGLE_CLOUD_UNIVERSE_DOMAIN;
  const domains = ["googleapis.com", ...(universe === undefined || universe === "" ? [] : [universe.toLowerCase()])];
  const listed = (env.METADATA_ALLOWED_ENDPOINTS ?? "").split(",").map((name) => name.trim().toLowerCase());
  if (isLoopback(hostname) || listed.includes(hostname) || domains.some((domain) => hostname.endsWith(`.${domain}`)))
    return undefined;
  return `Secrets are not sent to "${hostname}"; if it is yours, add it to METADATA_ALLOWED_ENDPOINTS`;
}
