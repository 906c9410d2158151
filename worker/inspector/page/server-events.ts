/**
 * Reads server-sent events from the pieces of a body. `EventSource` would do, but cannot send a token.
 *
 * @module
 */

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Returns a function that takes the next piece of text and returns the events that it completes. */
export function createEventReader(): (text: string) => ServerEvent[] {
  let rest = "";
  return (text) => {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.map(parseBlock).filter((event) => event.data !== "");
  };
}

function parseBlock(block: string): ServerEvent {
  let name = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  return { name, data: data.join("\n") };
}
