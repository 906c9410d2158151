/** Hono with the metadata server mounted: `node app.js` asks both. */
import { createEmulator } from "gce-metadata-emulator";
import { Hono } from "hono";

const emulator = createEmulator({ projectId: "my-project" });

const app = new Hono();
app.get("/", (context) => context.text("the app's own page"));
app.all("/computeMetadata/*", (context) => emulator.fetch(context.req.raw));

const headers = { "Metadata-Flavor": "Google" };
console.log(await (await app.request("/")).text());
console.log(await (await app.request("/computeMetadata/v1/project/project-id", { headers })).text());
await emulator.close();
