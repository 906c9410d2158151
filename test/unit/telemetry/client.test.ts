import { expect, it } from "vitest";
import { clientOf } from "../../../worker/telemetry/client.ts";

it.each([
  [
    "python-requests/2.32",
    "gl-python/3.13.1 auth/2.53.0 auth-request-type/at cred-type/mds",
    "google-auth/2.53.0 python/3.13.1",
  ],
  ["gcloud-golang/0.1", null, "gcloud-golang/0.1"],
  ["google-api-nodejs-client/10.3.0", "gl-node/24.21.0", "google-api-nodejs-client/10.3.0 node/24.21.0"],
  [null, null, "unknown"],
])("User-Agent %s and x-goog-api-client %s are called %s", (agent, api, name) => {
  expect(clientOf(agent, api)).toBe(name);
});

it("is cut where a client says very much of itself", () => {
  expect(clientOf("x".repeat(5_000), null)).toHaveLength(200);
});
