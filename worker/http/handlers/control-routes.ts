/**
 * The control calls: their paths and methods, which are there before anything else of the control API is loaded.
 *
 * @module
 */

export type ControlName = "metadata" | "events" | "faults" | "requests";

interface ControlRoute {
  readonly name: ControlName;
  readonly path: RegExp;
  readonly methods: readonly string[];
}

/** The description of the API is held to it. */
export const controlRoutes: readonly ControlRoute[] = [
  {
    name: "metadata",
    path: /^\/emulator\/v1\/metadata(?:\/|$)/,
    methods: ["GET", "HEAD", "PUT", "PATCH", "DELETE"],
  },
  { name: "events", path: /^\/emulator\/v1\/events$/, methods: ["POST"] },
  { name: "faults", path: /^\/emulator\/v1\/faults$/, methods: ["GET", "HEAD", "PUT", "POST", "DELETE"] },
  { name: "requests", path: /^\/emulator\/v1\/requests$/, methods: ["GET", "HEAD", "DELETE"] },
];

/** Returns the control call at a path, if there is one. */
export function controlRouteAt(path: string): ControlRoute | undefined {
  return controlRoutes.find((route) => route.path.test(path));
}

/** Returns the methods of a control call; nothing for any other path. */
export function controlMethods(path: string): readonly string[] | undefined {
  return controlRouteAt(path)?.methods;
}
