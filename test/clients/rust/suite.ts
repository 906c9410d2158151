/**
 * Rust's clients, built into one program. What is compiled stays in `target`.
 *
 * @module
 */
import { join } from "node:path";
import { execute, here } from "../install.ts";
import type { Suite } from "../suite.ts";

const own = here(import.meta.url);

export const rust: Suite = {
  name: "rust",
  title: "Rust",
  runtimes: ["node", "workerd", "wrangler"],
  places: ["loopback", "namespace"],
  needs: [
    { program: "cargo", install: "Rust 1.91 or newer, https://rustup.rs" },
    { program: "ip", install: "apt-get install -y iproute2" },
  ],
  about: "Pinned by `test/clients/rust/Cargo.lock`. gcp_auth takes no variable: it runs in a network of its own.",
  prepare() {},
  build: (folder) => void execute("cargo", ["build", "--locked", "--quiet"], folder),
  command: () => ({ program: "target/debug/program", args: [], env: {} }),
  sources: ["Cargo.toml", "Cargo.lock", "main.rs"].map((name) => join(own, name)),
};
