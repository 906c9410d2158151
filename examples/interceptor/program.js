/** A program that only knows `fetch`, and the metadata server without a port behind it. */
import { createEmulator } from "gce-metadata-emulator";

const emulator = createEmulator({ projectId: "my-project" });
const fetch = emulator.interceptor();

const url = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default";
const headers = { "Metadata-Flavor": "Google" };
const { access_token: token } = await (await fetch(`${url}/token`, { headers })).json();
console.log(await (await fetch(`${url}/email`, { headers })).text(), token.length > 20);
await emulator.close();
