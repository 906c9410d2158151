/**
 * From call to handler: the guard first, then the mount, and the one place where errors become answers. Below
 * `/computeMetadata/v1` the tree itself decides, because the server tells `instance` from `instance/` and a router does
 * not; itty-router chooses among the few other paths.
 *
 * @module
 */
import { Router } from "itty-router";
import type { Control } from "../control/control.ts";
import type { FaultRules } from "../faults/rules.ts";
import type { TrafficCounter } from "../inspector/traffic.ts";
import { type Instance, NeedsOwner } from "../instance/instance.ts";
import { messageOf } from "../lib/errors.ts";
import { onDemand } from "../lib/on-demand.ts";
import { isTrue } from "../metadata/snapshot.ts";
import { osLoginEndpoint } from "../oslogin/endpoint.ts";
import type { OsLoginSettings } from "../oslogin/schema.ts";
import type { Log, Platform } from "../platform.ts";
import type { Journal } from "../telemetry/journal.ts";
import type { Metrics } from "../telemetry/metrics/metrics.ts";
import type { RequestIds } from "../telemetry/request-id.ts";
import type { LocalIssuer } from "../tokens/local-issuer.ts";
import type { Call } from "./call.ts";
import { type ControlAccess, createTokenCheck } from "./control-token.ts";
import { errorReply } from "./errors.ts";
import { type Admission, createGuard, hasFlavor } from "./guard.ts";
import { controlRouteAt } from "./handlers/control-routes.ts";
import { createEmulatorHandlers } from "./handlers/emulator.ts";
import { createGuestAttributes, isGuestAttribute } from "./handlers/guest-attributes.ts";
import { createInspectorHandler, type LoadAssets } from "./handlers/inspector.ts";
import { createMetadataHandler, redirect, versionPath } from "./handlers/metadata.ts";
import { createMetricsHandler } from "./handlers/metrics.ts";
import { createStreamHandler, type OpenFeed } from "./handlers/stream.ts";
import { createTokenHandler } from "./handlers/tokens.ts";
import { measured } from "./measure.ts";
import { methodRefusal, notAllowed } from "./methods.ts";
import { observed } from "./observe.ts";
import { refusal } from "./refusal.ts";
import { type Answer, type Reply, reply } from "./reply.ts";
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
  readonly ids: RequestIds;
  /** Counts for the inspector's charts; absent without a control token. */
  readonly traffic: TrafficCounter | undefined;
  /** Throws `NeedsOwner` in a view. */
  readonly openFeed: OpenFeed;
  /** Absent: there is no page. */
  readonly loadAssets: LoadAssets | undefined;
  /** Counts requests; absent where nobody may read the numbers. */
  readonly metrics: Metrics | undefined;
  readonly openMetrics: boolean;
  /** Whether the log shows `debug` lines. */
  readonly logsDebug: boolean;
  /** Throws `NeedsOwner` in a view. */
  readonly control: () => Promise<Control>;
  readonly controlAccess: ControlAccess;
}

/** Builds the function that answers every call. It fails only with `NeedsOwner`. */
export function createRouter(options: RouterOptions): (call: Call) => Answer {
  const { admission, control, faults, ids, instance, issuer, journal, metrics, osLogin, platform, version } = options;
  const { style } = admission;
  const check = createTokenCheck(options.controlAccess, style);
  const showMetrics = createMetricsHandler(style, { metrics, open: options.openMetrics, check });
  const stream = createStreamHandler(style, check, options.openFeed);
  const page = createInspectorHandler(style, options.loadAssets);
  const guard = createGuard(admission);
  const metadata = createMetadataRoutes(instance, platform, style, osLogin);
  const emulator = createEmulatorHandlers(style, issuer, version);
  const controls = onDemand(
    () => import("./handlers/control.ts"),
    ({ createControlHandler }) => createControlHandler(control, style, check),
  );
  const listing = (body: string) => (call: Call) =>
    style.openRoot || hasFlavor(call, style)
      ? reply(style.server, 200, "application/text", body)
      : style.missingFlavor(call.target);

  const router = Router<never, [Call], Reply>();
  router
    .get("/", (_, call) => listing("computeMetadata/\n")(call))
    .get("/computeMetadata", (_, call) => (call.path.endsWith("/") ? listing("v1/\n")(call) : redirect(call, style)))
    .get("/emulator/v1/health", () => emulator.health())
    .get("/emulator/v1/stream", (_, call) => stream(call))
    .get("/emulator/v1/metrics", (_, call) => showMetrics(call))
    .get("/emulator/v1/issuer/jwks", () => emulator.jwks())
    .get("/emulator/v1/issuer/certs", () => emulator.jwks())
    .get("/emulator/v1/issuer/.well-known/openid-configuration", (_, call) => emulator.discovery(call))
    .get("/emulator/v1/issuer/tokeninfo", (_, call) => emulator.tokeninfo(call))
    .all("/emulator/v1/*", (_, call) => controls(call))
    .get("/emulator/*", (_, call) => page(call))
    .get("/emulator", (_, call) => page(call))
    .all("*", (_, call) => unknown(call, instance, style));
  const mount = (call: Call): Answer =>
    isMetadata(call.path)
      ? metadata(call)
      : router.fetch({ method: call.method === "HEAD" ? "GET" : call.method, url: call.url } as never, call);
  const catching = { ids, log: platform.log, style };
  const route = (call: Call): Answer => {
    try {
      const answer = guard(call) ?? methodRefusal(call, style) ?? mount(call);
      return answer instanceof Promise ? answer.catch((error) => caught(error, call, catching)) : answer;
    } catch (error) {
      return caught(error, call, catching);
    }
  };
  const watched = observed(route, { clock: platform.clock, precise, faults, guard, journal, style });
  const debug = options.logsDebug ? platform.log : undefined;
  return measured(watched, { metrics, traffic: options.traffic, debug, ids, precise });
}

/** The mount of nearly every request, told without a router. */
function isMetadata(path: string): boolean {
  return path.startsWith(versionPath) && (path.length === versionPath.length || path[versionPath.length] === "/");
}

const precise = () => performance.now();

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
): (call: Call) => Answer {
  const tokens = createTokenHandler(instance, style, platform);
  const read = createMetadataHandler(instance, style, tokens);
  const guestAttributes = createGuestAttributes(instance, style, platform.clock);
  const osLogin = onDemand(
    () => import("./handlers/oslogin.ts"),
    ({ createOsLogin }) => createOsLogin(instance, style, settings),
  );
  return (call) => {
    if (!hasFlavor(call, style)) return style.missingFlavor(call.target);
    if (instance.preset === "vm" && isSpecial(call.path)) {
      const endpoint = osLoginEndpoint(call.path);
      if (endpoint !== undefined) return osLogin(call, endpoint);
      if (isGuestAttribute(call.path)) return guestAttributes(call).then((answered) => answered ?? read(call));
    }
    if (call.method !== "GET" && call.method !== "HEAD") return notAllowed(style);
    return read(call);
  };
}

/** Whether a path may be more than a read of the tree: OS Login, guest attributes, or something behind doubled slashes. */
function isSpecial(path: string): boolean {
  const below = versionPath.length + 1;
  return (
    path.startsWith("oslogin", below) || path.startsWith("instance/guest-attributes", below) || path[below] === "/"
  );
}

interface Catching {
  readonly ids: RequestIds;
  readonly log: Log;
  readonly style: Style;
}

function caught(error: unknown, call: Call, { ids, log, style }: Catching): Reply {
  if (error instanceof NeedsOwner) throw error;
  const request = ids.of(call);
  const known = errorReply(error, style);
  if (known !== undefined) {
    if (known.status >= 403) log("warn", messageOf(error), { path: call.path, status: known.status, request });
    return known;
  }
  log("error", `Cannot answer ${call.method} ${call.path}: ${messageOf(error)}`, { request });
  const sentence = "The server could not answer this request. Its log says more.";
  return controlRouteAt(call.path) === undefined ? style.error(500, sentence) : refusal(style, 500, sentence);
}
