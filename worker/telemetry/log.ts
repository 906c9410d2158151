/**
 * Log lines: text for people, JSON for machines. Whoever logs keeps secrets out; as a second net, what looks like a
 * token or a key is struck out here.
 *
 * @module
 */
import type { Log, LogFields, LogLevel } from "../platform.ts";

const order: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: "text" | "json";
  /** Colours for a terminal; text only. Default false. */
  readonly colour?: boolean;
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/** Builds a log that writes one line per call, without the line end. */
export function createLog({ colour = false, format, level, now, write }: LogOptions): Log {
  const line = format === "json" ? jsonLine : colour ? colouredLine : textLine;
  return (severity, message, fields = {}) => {
    if (order[severity] <= order[level]) write(redact(line(new Date(now()).toISOString(), severity, message, fields)));
  };
}

/** Fields begin here where the message leaves room, so that lines of one kind stand in columns. */
const fieldColumn = 48;

function textLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const rest = shown(fields).map(([key, value]) => ` ${key}=${value}`);
  return `${time} ${level.toUpperCase().padEnd(5)} ${padded(message, rest.length)}${rest.join("")}`;
}

const escapeCode = String.fromCharCode(27);
const codes: Readonly<Record<LogLevel, number>> = { error: 31, warn: 33, info: 32, debug: 36 };
const dim = 2;

/** The same columns; the date is left out, people at a terminal know it. */
function colouredLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const rest = shown(fields).map(([key, value]) => ` ${painted(dim, `${key}=`)}${value}`);
  const head = `${painted(dim, time.slice(11, 23))} ${painted(codes[level], level.toUpperCase().padEnd(5))}`;
  return `${head} ${padded(message, rest.length)}${rest.join("")}`;
}

const painted = (code: number, text: string) => `${escapeCode}[${code}m${text}${escapeCode}[0m`;

/** On one line, and without what a terminal would obey. */
function padded(message: string, fields: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  const line = message.replace(/[\r\n]+/g, " | ").replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
  return fields === 0 ? line : line.padEnd(fieldColumn);
}

function shown(fields: LogFields): [string, string][] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, typeof value === "string" ? quoted(value) : String(value)]);
}

/** JSON escapes the first 32 control characters, and terminals obey as many others. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

function jsonLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  return JSON.stringify({ time, level, message, ...fields });
}

const secrets = [
  /ya29\.[\w.-]+/g,
  /eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /1\/\/[\w-]{20,}/g,
];

/** Strikes out access tokens, JWTs, private keys and refresh tokens. */
export function redact(text: string): string {
  return secrets.reduce((rest, pattern) => rest.replace(pattern, "[redacted]"), text);
}
