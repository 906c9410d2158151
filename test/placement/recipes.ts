/**
 * The recipes of docs/placement.md, as they are printed: the blocks behind `<!-- placement: NAME -->` in their order,
 * those that undo them (`NAME undo`), and those that ask the server (`NAME ask`).
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** The blocks of one recipe; each is shell commands. */
export interface Recipe {
  readonly steps: readonly string[];
  readonly ask: readonly string[];
  readonly undo: readonly string[];
}

/** Reads the page. */
export function readRecipes(): ReadonlyMap<string, Recipe> {
  const recipes = new Map<string, { steps: string[]; ask: string[]; undo: string[] }>();
  const page = readFileSync("docs/placement.md", "utf8");
  for (const [, name = "", part = "steps", text = ""] of page.matchAll(
    /^<!-- placement: (\w+)(?: (ask|undo))? -->\n```sh\n([\s\S]*?)\n```$/gm,
  )) {
    const recipe = recipes.get(name) ?? { steps: [], ask: [], undo: [] };
    recipe[part as keyof typeof recipe].push(text);
    recipes.set(name, recipe);
  }
  return recipes;
}
