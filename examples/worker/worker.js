/** A worker that has the metadata server on some of its paths. */
import { createEmulator } from "gce-metadata-emulator";

/** Made at the first request: workers do nothing before it. */
let emulator;

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith("/computeMetadata/")) return new Response("the worker's own page\n");
    emulator ??= createEmulator({ projectId: "my-project" });
    return emulator.fetch(request);
  },
};
