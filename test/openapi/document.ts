/**
 * The OpenAPI description of the server, `docs/openapi.json`: put together from the schemas that check configurations and
 * control calls, from the tree of the default machine, and from what only words can say. `write.ts` writes it;
 * `test/unit/openapi/` and `test/served/openapi.test.ts` hold the server to it.
 *
 * @module
 */
import { version } from "../../worker/version.ts";
import { answers, headers } from "./answers.ts";
import { controlPaths } from "./control.ts";
import { emulatorPaths } from "./emulator.ts";
import { guestAttributePaths } from "./guest-attributes.ts";
import { metadataPaths, parameters, valueAnswer } from "./metadata.ts";
import { osLoginPaths } from "./oslogin.ts";
import { schemas } from "./schemas.ts";
import { tokenPaths } from "./tokens.ts";
import type { OpenApiDocument } from "./types.ts";

const about = `Google's metadata server outside Google Cloud: the metadata paths of a VM, and below \`/emulator/v1\` what the
real server does not have.

What holds for every path:

- Wherever GET is described, HEAD is answered with the same status and headers and no body. Every other method is 405 with
  \`Allow\`.
- A \`Host\` that is not the server's, an \`Origin\` or \`Referer\` of another site, \`Sec-Fetch-Site\` \`cross-site\` or \`same-site\`,
  or any \`X-Forwarded-For\`: 403. A malformed or missing \`Host\`: 400.
- A request with \`X-Request-Id\` gets it back.
- In an authenticated service (docs/service.md) every path but \`/emulator/v1/health\` also needs \`Authorization: Bearer\` of a
  known client: 401 without, 403 without a rule for the client, 429 with \`Retry-After\` beyond its limit.
- Fault rules and events make any answer below \`/computeMetadata/v1\` what they say.

Errors below \`/computeMetadata\` are pages in HTML on \`vm\` and \`cloud-run\`, plain text on \`gke\`; those of the control API are
JSON with \`error\`.`;

/** Builds the description. */
export function openApiDocument(): OpenApiDocument {
  return {
    openapi: "3.1.0",
    info: {
      title: "gce-metadata-emulator",
      version,
      description: about,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [
      {
        url: "http://{host}:{port}{base}",
        description: "`base` is /s/SECRET in capability mode (--secret-path), else empty",
        variables: { host: { default: "127.0.0.1" }, port: { default: "8080" }, base: { default: "" } },
      },
    ],
    tags: [
      { name: "metadata", description: "The tree, as on a VM" },
      { name: "tokens", description: "Access tokens and ID tokens of service accounts" },
      { name: "guest attributes", description: "What the guest itself may write" },
      { name: "OS Login", description: "Users, groups and two-factor sessions; 404 unless enable-oslogin is TRUE" },
      { name: "emulator", description: "Health, the local issuer, metrics and the inspector" },
      { name: "control", description: "What can be done to a running instance; 404 unless there is a control token" },
    ],
    paths: {
      ...metadataPaths(),
      ...tokenPaths,
      ...guestAttributePaths,
      ...osLoginPaths,
      ...emulatorPaths,
      ...controlPaths,
    },
    components: {
      securitySchemes: {
        metadataFlavor: {
          type: "apiKey",
          in: "header",
          name: "Metadata-Flavor",
          description: "Exactly `Google`: says that the client means the metadata server",
        },
        legacyHeader: {
          type: "apiKey",
          in: "header",
          name: "X-Google-Metadata-Request",
          description: "`True`, the old spelling; on vm only",
        },
        controlToken: { type: "http", scheme: "bearer", description: "The token of --control-token or --inspect" },
      },
      schemas,
      parameters,
      headers,
      responses: { ...answers, Value: valueAnswer },
    },
  };
}
