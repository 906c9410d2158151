/**
 * Unmodified gcp-metadata and google-auth-library against the server that `GCE_METADATA_HOST` names. Prints what they
 * got as one JSON line.
 */
import * as gcpMetadata from "gcp-metadata";
import { GoogleAuth } from "google-auth-library";

const audience = "https://service.example.com";
const available = await gcpMetadata.isAvailable();
const auth = new GoogleAuth({ scopes: ["https://www.googleapis.com/auth/cloud-platform"] });
const client = await auth.getClient();
const { token } = await client.getAccessToken();
const idClient = await auth.getIdTokenClient(audience);
const headers = new Headers(await idClient.getRequestHeaders(audience));
const result = {
  available,
  clientType: client.constructor.name,
  projectId: await auth.getProjectId(),
  instanceId: String(await gcpMetadata.instance("id")),
  universe: await auth.getUniverseDomain(),
  accessToken: token,
  idToken: headers.get("authorization")?.replace("Bearer ", ""),
};
console.log(JSON.stringify(result));
