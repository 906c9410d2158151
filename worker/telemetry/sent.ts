/**
 * What came and went on the wire, as the journal keeps it for the inspector: within a size, whoever sends what. What is
 * left out says so in its place.
 *
 * @module
 */

/** The answer of a request; its body may hold secrets. */
export interface SentAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

type HeaderLine = readonly [name: string, value: string];

/** A request and its answer. Secrets are in it: only the inspector reads it, and strikes them out. */
export interface Sent {
  readonly headers: readonly HeaderLine[];
  readonly answer: SentAnswer;
}

export const nothing: Sent = { headers: [], answer: { headers: {}, body: "" } };

/** Stands where something was that the journal has no room for any more. */
export const forgotten: Sent = {
  headers: [],
  answer: { headers: {}, body: "(not kept: the journal has no room for more headers and bodies)" },
};

/** Characters of a request's headers that are kept. */
export const maxHeaders = 8 * 1024;
/** What a line costs beside its characters. */
const perLine = 64;

/** Returns `sent` with the lines of the request that fit; the others are told by their length. */
export function fitting(sent: Sent): Sent {
  if (sizeOfLines(sent.headers) <= maxHeaders) return sent;
  const kept: HeaderLine[] = [];
  let left = maxHeaders;
  for (const [name, value] of sent.headers) {
    const isShort = name.length + value.length + perLine <= left;
    // Cut in two, a secret might not be known as one.
    const line: HeaderLine = isShort ? [name, value] : [clip(name, 100), `(${value.length} characters, not kept)`];
    left -= sizeOfLines([line]);
    if (left < 0) break;
    kept.push(line);
  }
  const missing = sent.headers.length - kept.length;
  return { ...sent, headers: missing === 0 ? kept : [...kept, ["…", `(${missing} more lines, not kept)`]] };
}

/** Returns about how many characters are held. */
export function sizeOf({ answer, headers }: Sent): number {
  return sizeOfLines(headers) + sizeOfLines(Object.entries(answer.headers)) + answer.body.length;
}

function sizeOfLines(lines: readonly HeaderLine[]): number {
  return lines.reduce((size, [name, value]) => size + name.length + value.length + perLine, 0);
}

/** Returns the beginning of a text. A copy: a mere slice would keep the whole text in memory. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : new TextDecoder().decode(new TextEncoder().encode(text.slice(0, length)));
}
