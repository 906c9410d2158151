/**
 * How each imitated server words its refusals: `Server` value, error format, whether errors carry `Metadata-Flavor`,
 * whether `/` is exempt (mds-behaviour.md 1, 11). The pages are our own; they keep the sentences that clients match.
 *
 * @module
 */
import type { Preset } from "../metadata/defaults.ts";
import { type Reply, type ReplyOptions, reasons, reply } from "./reply.ts";

export interface Style {
  readonly server: string;
  /** `/` and `/computeMetadata/` answer without `Metadata-Flavor: Google`. */
  readonly openRoot: boolean;
  /** `X-Google-Metadata-Request: True` stands in for `Metadata-Flavor: Google`. */
  readonly legacyHeader: boolean;
  /** An error answer. `sentence` is plain text; it is escaped where the format needs it. */
  error(status: number, sentence: string, options?: ReplyOptions): Reply;
  missingFlavor(target: string): Reply;
  notFound(target: string): Reply;
  /** A path of the versions before v1, switched off by `disable-legacy-endpoints` (mds-behaviour.md 8). */
  legacy(path: string): Reply;
}

const html = "text/html; charset=UTF-8";
const plain = "text/plain; charset=utf-8";

/** Escapes text for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** `sentence` is HTML. */
function page(status: number, sentence: string): string {
  const title = `Error ${status} (${reasons[status] ?? "Error"})`;
  return `<!DOCTYPE html>
<html lang=en>
  <meta charset=utf-8>
  <title>${title}</title>
  <p><b>${status}.</b> ${reasons[status] ?? "Error"}
  <p>${sentence}
`;
}

function htmlStyle(server: string, flavorOnErrors: boolean): Style {
  const error = (status: number, body: string, options: ReplyOptions = {}) =>
    reply(server, status, html, page(status, body), options);
  return {
    server,
    openRoot: true,
    legacyHeader: flavorOnErrors,
    error: (status, sentence, options) => error(status, escapeHtml(sentence), options),
    missingFlavor: (target) =>
      error(
        403,
        `Your client does not have permission to get URL <code>${escapeHtml(target)}</code> from this server. Missing Metadata-Flavor:Google header.`,
        { flavor: flavorOnErrors, headers: { Connection: "Close" } },
      ),
    legacy: (path) =>
      error(
        403,
        `Your client does not have permission to get URL <code>${escapeHtml(path)}</code> from this server. Legacy metadata endpoint accessed: ${escapeHtml(path)}\nLegacy metadata endpoints are disabled. Please use the /v1/ endpoint.`,
      ),
    notFound: (target) =>
      error(404, `The requested URL <code>${escapeHtml(target)}</code> was not found on this server.`),
  };
}

const gkeServer = "GKE Metadata Server";

const gke: Style = {
  server: gkeServer,
  openRoot: false,
  legacyHeader: false,
  error: (status, sentence, options) =>
    reply(gkeServer, status, plain, `${status === 500 ? `${gkeServer}: ${reasons[500]}\n` : ""}${sentence}\n`, options),
  missingFlavor: () =>
    reply(
      gkeServer,
      403,
      plain,
      'GKE Metadata Server encountered an error: Missing required header "Metadata-Flavor": "Google"\n',
      {
        flavor: false,
        headers: { "X-Content-Type-Options": "nosniff" },
      },
    ),
  legacy: () => reply(gkeServer, 404, plain, "Not Found\n"),
  notFound: () => reply(gkeServer, 404, plain, "Not Found\n"),
};

/** The style of each preset. */
export const styles: Readonly<Record<Preset, Style>> = {
  vm: htmlStyle("Metadata Server for VM", true),
  "cloud-run": htmlStyle("Metadata Server for Serverless", false),
  gke,
};
