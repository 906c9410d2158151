/**
 * From call to handler: the guard first, then the mount, and the one place where errors become answers. itty-router
 * chooses among the mounts; below `/computeMetadata/v1` the tree itself decides, because the server tells `instance`
 * from `instance/` and a router does not.
 *
 * @module
 */
import { Router } from "itty-router";
import type { Control } from "../control/control.ts";
import type { FaultRules } from "../faults/rules.ts";
import type { Instance } from "../instance/instance.ts";
import { NeedsOwner } from "../instance/instance.ts";
import { isTrue } from "../metadata/snapshot.ts";
import type { OsLoginSettings } from "../oslogin/schema.ts";
import type { Platform } from "../platform.ts";
import type { Journal } from "../telemetry/journal.ts";
import type { LocalIssuer } from "../tokens/local-issuer.ts";
import type { Call } from "./call.ts";
import { errorReply } from "./errors.ts";
import { type Admission, createGuard, hasFlavor } from "./guard.ts";
import { createControlHandler } from "./handlers/control.ts";
import { createEmulatorHandlers } from "./handlers/emulator.ts";
import { createGuestAttributes, isGuestAttribute } from "./handlers/guest-attributes.ts";
import { createMetadataHandler, redirect, versionPath } from "./handlers/metadata.ts";
import { createOsLogin, osLoginEndpoint } from "./handlers/oslogin.ts";
import { createTokenHandler } from "./handlers/tokens.ts";
import { observed } from "./observe.ts";
import { type Reply, reply } from "./reply.ts";
import type { Style } from "./style.ts";

export interface RouterOptions {
  readonly platform: Platform;
  readonly instance: Instance;
  readonly admission: Admission;
  readonly issuer: LocalIssuer;
  readonly osLogin: () => OsLoginSettings;
  readonly version: string;
  readonly faults: FaultRules;
  readonly journal: Journal;
  /** Throws `NeedsOwner` in a view. */
  readonly control: () => Control;
  /** Absent: the control API is off. */
  readonly controlToken: string | undefined;
}

/** Builds the function that answers every call. It rejects only with `NeedsOwner`. */
export function createRouter({
  platform,
  instance,
  admission,
  issuer,
  osLogin,
  version,
  control,
  controlToken,
  faults,
  journal,
}: RouterOptions): (call: Call) => Promise<Reply> {
  const { style } = admission;
  const guard = createGuard(admission);
  const metadata = createMetadataRoutes(instance, platform, style, osLogin);
  const emulator = createEmulatorHandlers(style, issuer, version);
  const controls = createControlHandler(control, style, controlToken);
  const listing = (body: string) => (call: Call) =>
    style.openRoot || hasFlavor(call, style)
      ? reply(style.server, 200, "application/text", body)
      : style.missingFlavor(call.target);

  const router = Router<never, [Call], Reply>({
    before: [(_, call) => guard(call) ?? methodRefusal(call, style)],
    catch: (error: unknown, _, call) => caught(error, call, platform, style),
  });
  router
    .all(`${versionPath}/*`, (_, call) => metadata(call))
    .all(versionPath, (_, call) => metadata(call))
    .get("/", (_, call) => listing("computeMetadata/\n")(call))
    .get("/computeMetadata", (_, call) => (call.path.endsWith("/") ? listing("v1/\n")(call) : redirect(call, style)))
    .get("/emulator/v1/health", () => emulator.health())
    .get("/emulator/v1/issuer/jwks", () => emulator.jwks())
    .get("/emulator/v1/issuer/.well-known/openid-configuration", (_, call) => emulator.discovery(call))
    .get("/emulator/v1/issuer/tokeninfo", (_, call) => emulator.tokeninfo(call))
    .all("/emulator/v1/*", (_, call) => controls(call))
    .all("*", (_, call) => unknown(call, instance, style));
  const route = (call: Call) =>
    router.fetch({ method: call.method === "HEAD" ? "GET" : call.method, url: call.url } as never, call);
  return observed(route, { clock: platform.clock, faults, guard, journal, style });
}

/** Methods that no path takes. Browsers' preflights end here (interface.md: `OPTIONS` is 405). */
function methodRefusal(call: Call, style: Style): Reply | undefined {
  return call.method === "OPTIONS" || call.method === "TRACE" ? notAllowed(style) : undefined;
}

function notAllowed(style: Style): Reply {
  return style.error(405, "This method is not supported here.", { headers: { Allow: "GET, HEAD" } });
}

/** Versions before v1: the answer of a server that has them no more. */
const legacyPath = /^\/(?:computeMetadata\/v1beta1|0\.1\/meta-data)(?:\/|$)/;

function unknown(call: Call, instance: Instance, style: Style): Reply {
  const legacy = legacyPath.test(call.path) && isTrue(instance.snapshot().attribute("disable-legacy-endpoints"));
  if (legacy) return style.legacy(call.path);
  return call.method === "GET" || call.method === "HEAD" ? style.notFound(call.target) : notAllowed(style);
}

function createMetadataRoutes(
  instance: Instance,
  platform: Platform,
  style: Style,
  settings: () => OsLoginSettings,
): (call: Call) => Promise<Reply> {
  const tokens = createTokenHandler(instance, style, platform.clock);
  const read = createMetadataHandler(instance, style, tokens);
  const guestAttributes = createGuestAttributes(instance, style, platform.clock);
  const osLogin = createOsLogin(instance, style, settings);
  return async (call) => {
    if (!hasFlavor(call, style)) return style.missingFlavor(call.target);
    const endpoint = instance.preset === "vm" ? osLoginEndpoint(call.path) : undefined;
    if (endpoint !== undefined) return osLogin(call, endpoint);
    if (isGuestAttribute(call.path) && instance.preset === "vm") {
      const answered = await guestAttributes(call);
      if (answered !== undefined) return answered;
    } else if (call.method !== "GET" && call.method !== "HEAD") return notAllowed(style);
    return read(call);
  };
}

function caught(error: unknown, call: Call, platform: Platform, style: Style): Reply {
  if (error instanceof NeedsOwner) throw error;
  const known = errorReply(error, style);
  if (known !== undefined) {
    if (known.status >= 403) platform.log("warn", (error as Error).message, { path: call.path, status: known.status });
    return known;
  }
  platform.log(
    "error",
    `Cannot answer ${call.method} ${call.path}: ${error instanceof Error ? error.message : String(error)}`,
  );
  return style.error(500, "The server could not answer this request. Its log says more.");
}
