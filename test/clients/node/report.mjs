/** Says what was checked, a JSON object a line, as `test/clients/suite.ts` reads it. */
import { readFileSync } from "node:fs";

/** Prints one line. */
export const say = (line) => console.log(JSON.stringify(line));

/** Does one check; what it throws is its error. */
export async function check(client, what, rules, does) {
  try {
    await does();
    say({ client, what, rules });
  } catch (error) {
    say({ client, what, rules, error: String(error?.stack ?? error) });
  }
}

/** Says which versions are installed. */
export function versions(...names) {
  const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;
  say({ versions: Object.fromEntries(names.map((name) => [name, version(name)])) });
}

/** Ends the program; a client's open connections do not keep it. */
export function done() {
  say({ done: true });
  process.exit(0);
}
