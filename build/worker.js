/**
 * The worker as its modules, for workerd: the entry with what every instance needs, and beside it a module for each part
 * that `import()` loads when it is first needed. wrangler runs this before it serves or deploys (`[build]` in
 * wrangler.toml), and whenever a source changes.
 *
 * @module
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { rolldown } from "rolldown";

const folder = ".cache/modules";
const entry = realpathSync("worker/entry/workerd.ts");

/** Modules that the entry imports, and what those import: all that is there before the first request. */
const always = new Set();

const bundle = await rolldown({
  input: { workerd: entry },
  external: [/^cloudflare:/],
  resolve: { conditionNames: ["workerd", "worker", "browser", "import"] },
  // workerd takes every export of its main module for a handler.
  preserveEntrySignatures: "strict",
  logLevel: "warn",
  plugins: [
    {
      name: "what is always there",
      buildEnd() {
        const add = (id) => {
          if (always.has(id)) return;
          always.add(id);
          for (const imported of this.getModuleInfo(id)?.importedIds ?? []) add(imported);
        };
        add(entry);
        always.delete(entry);
      },
    },
  ],
});
const { output } = await bundle.generate({
  format: "esm",
  minify: true,
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  // Without these, whatever two parts have in common would be a module of its own.
  codeSplitting: {
    groups: [
      { name: "emulator", priority: 3, test: (id) => always.has(id) },
      { name: "google", priority: 2, test: /worker.tokens.(?:google|sources.(?:define|impersonation))/ },
      { name: "verify", priority: 1, test: /node_modules.jose/ },
      { name: "checks", priority: 1, test: /worker.(?:config|events|faults|oslogin.schema)/, minShareCount: 2 },
    ],
  },
});
await bundle.close();

mkdirSync(folder, { recursive: true });
for (const { code, fileName } of output) replace(join(folder, fileName), code);
const made = new Set(output.map(({ fileName }) => fileName));
for (const name of readdirSync(folder))
  if (name.endsWith(".js") && !made.has(name)) rmSync(join(folder, name), { force: true });

/** Puts a file in its place in one step: several builds may run at a time. What has not changed shall wake nobody. */
function replace(path, code) {
  if (existsSync(path) && readFileSync(path, "utf8") === code) return;
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, code);
  renameSync(temporary, path);
}
