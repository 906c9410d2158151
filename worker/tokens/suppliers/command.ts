/**
 * Splits the `command` of an executable source into words. No shell is involved: quotes group, nothing else is special,
 * so that a Windows path keeps its backslashes and `$HOME`, `;` and `*` stay what they are.
 *
 * @module
 */

/** Why a command cannot be split, as a sentence, or its words: at least one, the first not empty. */
export type Command = { readonly words: readonly [string, ...string[]] } | { readonly problem: string };

/**
 * Splits at white space. Double quotes group anywhere (`--name="a b"`), single quotes only where a word begins, so that
 * an apostrophe inside a path is an ordinary character.
 */
export function splitCommand(command: string): Command {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (const character of command) {
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word += character;
    } else if (character === '"' || (character === "'" && word === undefined)) {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== undefined) return { problem: `A quote (${quote}) is not closed` };
  if (word !== undefined) words.push(word);
  const [program, ...rest] = words;
  if (program === undefined || program === "") return { problem: "It names no program" };
  return { words: [program, ...rest] };
}
