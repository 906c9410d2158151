/**
 * Where Google's services are: their defaults, the `CLOUDSDK_*` overrides of gcloud, and which URLs of a credential file
 * may be sent a secret (interface.md "Environment variables"; Google's documentation warns of forged files).
 *
 * @module
 */
import { ConfigurationError, type Problem } from "../../lib/errors.ts";
import type { Endpoints, SourceDeps } from "../types.ts";

type Service = keyof Endpoints;

/** Universe of a file that names none. */
export const googleUniverse = "googleapis.com";

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
  if (!isOverridden(service, endpoints) || !ownHosts[service].test(parsed.hostname)) return url;
  return service === "oauthToken" ? endpoints.oauthToken : endpoints[service] + parsed.pathname + parsed.search;
}

/** Where a service is that the file gives no URL for: at the override, else under the file's universe. */
export function defaultEndpoint(
  service: "sts" | "iamCredentials",
  path: string,
  endpoints: Endpoints,
  { mtls = false, universe = googleUniverse }: { readonly mtls?: boolean; readonly universe?: string | undefined },
): string {
  if (isOverridden(service, endpoints)) return endpoints[service] + path;
  return `https://${service.toLowerCase()}.${mtls ? "mtls." : ""}${universe}${path}`;
}

/** Whether the user, and not a file, says where `service` is: such an address needs no check against forgery. */
export function isOverridden(service: Service, endpoints: Endpoints): boolean {
  return endpoints[service] !== defaults[service];
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
  const problem = endpointProblem(url, env);
  if (problem !== undefined)
    throw new ConfigurationError([{ at: `Cannot use ${origin}`, message: `${field}: ${problem}` }]);
}

/** What a file says of one of its endpoints. */
export interface FileEndpoint {
  /** As written, if it is. */
  readonly url: string | undefined;
  /** Field of `url`. */
  readonly field: string;
  /** Where the default is, below the service's host. */
  readonly path: string;
  readonly universe: string | undefined;
  readonly mtls?: boolean;
}

/** Returns where a file's calls go: to its URL, else to the default of its universe; overrides applied, hosts checked. */
export function endpointOf(
  service: "sts" | "iamCredentials",
  { field, mtls = false, path, universe, url }: FileEndpoint,
  { endpoints, origin, platform }: Pick<SourceDeps, "endpoints" | "origin" | "platform">,
): string {
  if (url !== undefined) {
    assertEndpoint(url, origin, field, platform.env);
    return applyOverride(url, service, endpoints);
  }
  const standard = defaultEndpoint(service, path, endpoints, { mtls, universe });
  if (!isOverridden(service, endpoints)) assertEndpoint(standard, origin, "universe_domain", platform.env);
  return standard;
}

/** What `assertEndpoint` finds wrong with a URL, if anything. */
export function endpointProblem(url: string, env: Environment): string | undefined {
  return addressProblem(url) ?? hostProblem(new URL(url).hostname, env);
}

function hostProblem(hostname: string, env: Environment): string | undefined {
  const universe = env.GOOGLE_CLOUD_UNIVERSE_DOMAIN;
  const domains = [googleUniverse, ...(universe === undefined || universe === "" ? [] : [universe.toLowerCase()])];
  const listed = (env.METADATA_ALLOWED_ENDPOINTS ?? "").split(",").map((name) => name.trim().toLowerCase());
  if (isLoopback(hostname) || listed.includes(hostname) || domains.some((domain) => hostname.endsWith(`.${domain}`)))
    return undefined;
  return `Secrets are not sent to "${hostname}"; if it is yours, add it to METADATA_ALLOWED_ENDPOINTS`;
}
