#!/usr/bin/env node
/**
 * Starts the command line on the runtime that was asked: the built program of a package, or the sources of a clone. A
 * Node that cannot read TypeScript (below 22.18) hands itself on to the Node of `npm ci`.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { constants } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const runtime = "Bun" in globalThis ? "bun" : "Deno" in globalThis ? "deno" : "node";
const isClone = existsSync(here(`../worker/entry/${runtime}.ts`));

// The entry would do it too, but reading it is what costs: Node loads a compiler for the first TypeScript it meets.
if (runtime === "node" && isClone) module.enableCompileCache?.(here("../node_modules/.cache/compile"));

if (!isClone) await import(new URL(`../dist/entry/${runtime}.js`, import.meta.url).href);
else if (runtime !== "node" || process.features.typescript)
  await import(new URL(`../worker/entry/${runtime}.ts`, import.meta.url).href);
else handOn(here("../node_modules/node/bin/node"));

/** Runs this file on `program`, with our streams; signals go to it, and its end is ours. */
function handOn(program) {
  const again = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(program, again, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"])
    process.on(signal, () => {
      // Ctrl+C at a terminal reaches the child by itself.
      if (signal !== "SIGINT" || process.stdin.isTTY !== true) child.kill(signal);
    });
  child.once("error", () => {
    process.stderr.write(`Node ${process.versions.node} cannot read the sources; run npm ci, or take Node 24\n`);
    process.exit(1);
  });
  child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
