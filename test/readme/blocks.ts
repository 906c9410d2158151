/**
 * Takes a document's examples apart. `<!-- example: NAME -->` opens one, the next heading or mark closes it. Its blocks:
 * `sh` (commands; one that starts a server is the last of its block), `console` (`$ ` commands with what they print), and
 * any language followed by a file name (that file). `<!-- not run: why -->` stands before a block that cannot be run.
 *
 * @module
 */

export type Block =
  | { readonly kind: "commands"; readonly text: string }
  | { readonly kind: "transcript"; readonly steps: readonly Step[] }
  | { readonly kind: "file"; readonly name: string; readonly text: string };

/** A command and what it must print. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

export interface Example {
  readonly name: string;
  readonly blocks: readonly Block[];
}

export interface Document {
  readonly examples: readonly Example[];
  /** Blocks with commands that belong to no example and have no reason why; by line number. */
  readonly unmarked: readonly string[];
}

const runnable = new Set(["sh", "console", "bash"]);

/** Reads Markdown. */
export function parseDocument(markdown: string): Document {
  const examples: { name: string; blocks: Block[] }[] = [];
  const unmarked: string[] = [];
  const lines = markdown.split("\n");
  let open: { name: string; blocks: Block[] } | undefined;
  let excused = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const name = /^<!-- example: ([\w-]+) -->$/.exec(line)?.[1];
    if (name !== undefined) {
      open = { name, blocks: [] };
      examples.push(open);
    } else if (/^<!-- not run: .+ -->$/.test(line)) excused = true;
    else if (/^#+ /.test(line)) open = undefined;
    const info = /^```(\S.*)$/.exec(line)?.[1];
    if (info === undefined) continue;
    const end = lines.indexOf("```", at + 1);
    const text = lines.slice(at + 1, end).join("\n");
    const [language = "", file] = info.split(" ");
    if (open !== undefined && !excused) open.blocks.push(blockOf(language, file, text, at + 1));
    else if (runnable.has(language) && !excused) unmarked.push(`line ${at + 1}: ${lines[at + 1] ?? ""}`);
    excused = false;
    at = end;
  }
  return { examples, unmarked };
}

function blockOf(language: string, file: string | undefined, text: string, line: number): Block {
  if (file !== undefined) return { kind: "file", name: file, text: `${text}\n` };
  if (language === "sh") return { kind: "commands", text };
  if (language === "console") return { kind: "transcript", steps: stepsOf(text) };
  throw new Error(`The block at line ${line} of an example has a language that nobody runs: ${language}`);
}

function stepsOf(text: string): Step[] {
  return `\n${text}`
    .split(/\n\$ /)
    .slice(1)
    .map((part) => {
      const command = /^(?:.*\\\n)*.*/.exec(part)?.[0] ?? "";
      return { command, output: part.slice(command.length + 1) };
    });
}

/** Where documents and machines differ by nature: `…` stands for any text of one line, alone for any lines. */
export function patternOf(output: string): RegExp {
  const lines = output
    .trimEnd()
    .split("\n")
    .map((line) => {
      if (line === "…") return "[\\s\\S]*";
      const escaped = line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*");
      return escaped.replace(/("expires_in":)\d+/g, "$1\\d+");
    });
  return new RegExp(`^${lines.join("\n")}$`);
}
