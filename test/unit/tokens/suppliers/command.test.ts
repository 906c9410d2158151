import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitCommand } from "../../../../worker/tokens/suppliers/command.ts";

describe("splitting a command", () => {
  it.each([
    ["/bin/token", ["/bin/token"]],
    ["  /bin/token \t -v\n", ["/bin/token", "-v"]],
    ['/bin/token "two words" x', ["/bin/token", "two words", "x"]],
    ["/bin/token 'two words'", ["/bin/token", "two words"]],
    ['"/Program Files/token.exe" --a', ["/Program Files/token.exe", "--a"]],
    ['t --name="a b"c', ["t", "--name=a bc"]],
    ['t ""', ["t", ""]],
    [`t "it's" 'say "x"'`, ["t", "it's", 'say "x"']],
    ["/home/o'neil/token", ["/home/o'neil/token"]],
    ["C:\\bin\\token.exe $HOME;rm *", ["C:\\bin\\token.exe", "$HOME;rm", "*"]],
  ])("%j gives %j", (command, words) => {
    expect(splitCommand(command)).toEqual({ words });
  });

  it.each([
    ["", "It names no program"],
    [" \n", "It names no program"],
    ['"" x', "It names no program"],
    ['t "open', 'A quote (") is not closed'],
    ["t 'open", "A quote (') is not closed"],
  ])("%j is refused", (command, problem) => {
    expect(splitCommand(command)).toEqual({ problem });
  });

  it("gives back any words that were quoted", () => {
    const word = fc.string().filter((text) => !text.includes('"'));
    fc.assert(
      fc.property(fc.array(word), fc.constantFrom(" ", "  ", "\t\n"), (words, gap) => {
        const all = ["program", ...words];
        expect(splitCommand(all.map((one) => `"${one}"`).join(gap))).toEqual({ words: all });
      }),
    );
  });

  it("splits at white space alone when there is no quote", () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/["']/.test(text) && text.trim() !== ""),
        (text) => {
          expect(splitCommand(text)).toEqual({ words: text.split(/\s+/).filter((word) => word !== "") });
        },
      ),
    );
  });
});
