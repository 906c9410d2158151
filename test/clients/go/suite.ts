/**
 * Go's clients, built into one program. What is compiled stays in Go's own caches.
 *
 * @module
 */
import { join } from "node:path";
import { execute, here } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);

export const go: Suite = {
  name: "go",
  title: "Go",
  runtimes: ["node", "workerd", "wrangler"],
  places: ["loopback", "namespace"],
  needs: [
    { program: "go", install: "Go 1.26 or newer, https://go.dev/dl" },
    { program: "ip", install: "apt-get install -y iproute2" },
  ],
  about:
    "Pinned by `test/clients/go/go.mod` and `go.sum`. The validators fetch `https://www.googleapis.com/oauth2/v3/certs`; a `RoundTripper` answers with the server's own keys.",
  prepare() {},
  build: (folder) =>
    void execute("go", ["build", "-trimpath", "-o", "program", "."], folder, { GOFLAGS: "-mod=readonly" }),
  command: () => ({ program: "./program", args: [], env: {} }),
  sources: ["go.mod", "go.sum", "main.go", "tokens.go", "report.go"].map((name) => join(own, name)),
};
