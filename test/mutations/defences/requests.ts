/**
 * Who asks, and what a request may try: pages, proxies, other machines, bytes.
 *
 * @module
 */
import { type ByThreat, onWorkerd, served, unit, wire } from "../mutation.ts";

const guard = "worker/http/guard.ts";

export const requests: ByThreat = {
  "A web page asks this server for tokens": [
    {
      ...wire("browser-origin"),
      defence: "Requests of other web origins",
      file: guard,
      from: "if (origin !== null && !isOwn(origin, call))",
      to: "if (origin === undefined)",
    },
    {
      ...wire("browser-referer"),
      defence: "Two `Referer` headers are not read as the first",
      file: guard,
      from: "/^(https?:\\/\\/[^/?#\\s]*)\\S*$/i",
      to: "/^(https?:\\/\\/[^/?#\\s]*)/i",
    },
  ],
  "A web page makes its own name point here": [
    {
      ...wire("host-foreign"),
      defence: "List of Host names",
      file: guard,
      from: "if (hosts.has(name)) return undefined;",
      to: "return undefined;",
    },
  ],
  "wrangler, which `npm start` is": [
    {
      ...onWorkerd("npm-start", "nothing of wrangler"),
      defence: "No explorer of what the object keeps",
      file: "node_modules/wrangler/wrangler-dist/cli.js",
      from: "past every check of the worker.\n      defaultValue: false",
      to: "past every check of the worker.\n      defaultValue: true",
    },
  ],
  "A program that fetches URLs for others": [
    {
      ...wire("flavor-"),
      defence: "`Metadata-Flavor: Google`",
      file: guard,
      from: 'if (call.header("metadata-flavor") === "Google") return true;',
      to: "return true;",
    },
    {
      ...wire("forwarded-for"),
      defence: "`X-Forwarded-For`",
      file: guard,
      from: "return browserRefusal(call, style) ?? proxyRefusal(call, style);",
      to: "return browserRefusal(call, style);",
    },
  ],
  "Other machines connect": [
    {
      ...served("hostile", "warns of an address"),
      defence: "The address is 127.0.0.1 by default",
      file: "worker/entry/cli/serve.ts",
      from: 'host = "127.0.0.1", port = 8080',
      to: 'host = "0.0.0.0", port = 8080',
    },
    {
      ...unit("cli/warnings"),
      defence: "A name that begins as loopback does is told as an open address",
      file: "worker/entry/cli/warnings.ts",
      from: "|::1)$/i",
      to: "|::1)/i",
    },
  ],
  "Markup in a request runs in a browser": [
    {
      ...wire("error-page"),
      defence: "Error pages escape the words of a request",
      file: "worker/http/style.ts",
      from: "error(status, escapeHtml(sentence), options)",
      to: "error(status, sentence, options)",
    },
  ],
  "A request is smuggled past a proxy in front": [
    {
      ...served("hostile", "smuggled by both"),
      defence: "Node's strict reading of HTTP",
      file: "worker/entry/listen/node.ts",
      from: "requireHostHeader: false,",
      to: "requireHostHeader: false, insecureHTTPParser: true,",
    },
  ],
  "A target in absolute form": [
    {
      ...wire("absolute-form"),
      defence: "The authority of the target is judged",
      file: "worker/entry/listen/node-call.ts",
      from: 'return authority !== undefined && !host?.includes(",") ? authority : host;',
      to: "return host;",
    },
  ],
  "Arbitrary bytes": [
    {
      ...served("hostile", "never fails"),
      defence: "A target that no URL can hold is no failure",
      file: "worker/entry/listen/node-call.ts",
      from: "  } catch {\n    return undefined;\n  }",
      to: "  } catch (error) {\n    throw error;\n  }",
    },
  ],
  "Another user or program of the machine asks this port": [
    {
      ...served("secret-path"),
      defence: "Secret path",
      file: "worker/http/secret-path.ts",
      from: "return difference === 0 && path.length >= prefix.length;",
      to: "return path.length >= prefix.length;",
    },
    {
      ...served("secret-path", "tells nothing to"),
      defence: "Broken requests tell nothing in capability mode",
      file: "worker/entry/listen/failed.ts",
      from: "(isHidden === true ? bare : malformed)",
      to: "(isHidden === true ? malformed : malformed)",
    },
  ],
  "A program changes metadata by the control API": [
    {
      ...served("control", "The door of the control API"),
      defence: "Control token",
      file: "worker/http/control-token.ts",
      from: "if (given !== undefined && isSame(await digest(given), await wanted)) return undefined;",
      to: "if (given !== undefined) return undefined;",
    },
  ],
  "A web page or another program reads or drives the inspector": [
    {
      ...served("inspector", "nobody frame it"),
      defence: "The page's Content-Security-Policy",
      file: "worker/http/handlers/inspector.ts",
      from: "\"script-src 'self'\",",
      to: "\"script-src 'self' 'unsafe-inline'\",",
    },
    {
      ...unit("inspector/stream", "fingerprint"),
      defence: "Tokens show as fingerprints",
      file: "worker/inspector/tokens-view.ts",
      from: "fingerprint: await fingerprint(value),",
      to: "fingerprint: value,",
    },
  ],
};
