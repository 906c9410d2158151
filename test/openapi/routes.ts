/**
 * What the server serves, read from its own tables, to be held against the description.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { controlMethods, controlRoutes } from "../../worker/http/handlers/control-routes.ts";
import { osLoginEndpoint } from "../../worker/oslogin/endpoint.ts";

const source = (name: string) => readFileSync(new URL(`../../worker/http/${name}`, import.meta.url), "utf8");
const router = source("router.ts");
const osLogin = source("../oslogin/endpoint.ts");

/** A route of itty-router as `http/router.ts` writes it: method and pattern. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
}

/** The routes of `http/router.ts`, but the last one, which answers whatever is none. */
export function routerRoutes(): readonly Route[] {
  const found = [...router.matchAll(/^ {4}\.(get|put|post|patch|delete|all)\("([^"]+)"/gm)];
  return found.map(([, method = "", pattern = ""]) => ({ method, pattern })).filter(({ pattern }) => pattern !== "*");
}

/** Whether a route takes a path, as itty-router matches: a slash at the end may be missing or there. */
export function takes({ pattern }: Route, path: string): boolean {
  if (pattern.endsWith("/*")) return path.startsWith(pattern.slice(0, -1));
  return path.replace(/(?<=.)\/$/, "") === pattern;
}

/** The control calls, each as a path that it takes. */
export function controlRoots(): readonly string[] {
  return controlRoutes.map(({ path: { source } }) => {
    const path = /^\^((?:\\\/[\w-]+)+)/.exec(source)?.[1]?.replaceAll("\\/", "/");
    if (path === undefined) throw new Error(`Cannot read the path of a control route: ${source}`);
    return path;
  });
}

/** The endpoints of OS Login, each as a path that it takes. */
export function osLoginPaths(): readonly string[] {
  const [, endpoints = ""] = /oslogin\\\/\(((?:[^()]|\([^()]*\))+)\)\$\//.exec(osLogin) ?? [];
  const [, sessions = "", kinds = ""] = /\|([^|]+\\\/)\(\?:(.+)\)$/.exec(endpoints) ?? [];
  const plain = endpoints.slice(0, endpoints.indexOf(`|${sessions}`)).split("|");
  const posts = kinds.split("|").map((kind) => `${sessions}${kind.replace("[^/]+", "x")}`);
  return [...plain, ...posts].map((name) => `/computeMetadata/v1/oslogin/${name.replaceAll("\\/", "/")}`);
}

export const isControl = (path: string): boolean => controlMethods(path) !== undefined;
export const isOsLogin = (path: string): boolean => osLoginEndpoint(path) !== undefined;
