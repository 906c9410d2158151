/**
 * The route template of a path, for metrics: a small, fixed set, whatever clients ask for. Raw paths, accounts and
 * audiences never become labels.
 *
 * @module
 */

const routes: readonly (readonly [pattern: RegExp, route: string])[] = [
  [/^\/computeMetadata\/v1\/+instance\/service-accounts\/[^/]+\/token$/, "instance/service-accounts/{account}/token"],
  [
    /^\/computeMetadata\/v1\/+instance\/service-accounts\/[^/]+\/identity$/,
    "instance/service-accounts/{account}/identity",
  ],
  [/^\/computeMetadata\/v1\/+instance\/service-accounts(?:\/|$)/, "instance/service-accounts/**"],
  [/^\/computeMetadata\/v1\/+instance\/attributes(?:\/|$)/, "instance/attributes/**"],
  [/^\/computeMetadata\/v1\/+instance\/guest-attributes(?:\/|$)/, "instance/guest-attributes/**"],
  [/^\/computeMetadata\/v1\/+instance(?:\/|$)/, "instance/**"],
  [/^\/computeMetadata\/v1\/+project(?:\/|$)/, "project/**"],
  [/^\/computeMetadata\/v1\/+oslogin\//, "oslogin/**"],
  [/^\/computeMetadata\/v1\/+universe(?:\/|$)/, "universe/**"],
  [/^\/computeMetadata\/v1\/*$/, "v1/"],
  [/^\/$/, "/"],
  [/^\/emulator\/v1\/issuer\//, "emulator/issuer/**"],
  [/^\/emulator(?:\/|$)/, "emulator/**"],
];

/** Every route that there is. */
export const routeNames: readonly string[] = [...routes.map(([, route]) => route), "other"];

/** Clients repeat the same few paths. */
const maxKept = 500;

/** Builds the lookup; it remembers the paths that it has seen, up to a bound. */
export function createRoutes(): (path: string) => string {
  const kept = new Map<string, string>();
  return (path) => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    const route = routes.find(([pattern]) => pattern.test(path))?.[1] ?? "other";
    if (kept.size < maxKept) kept.set(path, route);
    return route;
  };
}
