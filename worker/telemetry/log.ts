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
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/** Builds a log that writes one line per call, without the line end. */
export function createLog({ level, format, now, write }: LogOptions): Log {
  const line = format === "json" ? jsonLine : textLine;
  return (severity, message, fields = {}) => {
    if (order[severity] <= order[level]) write(redact(line(new Date(now()).toISOString(), severity, message, fields)));
  };
}

function textLine(time: string, level: LogLevel, message: string, fields: LogFields): string {
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${key}=${typeof value === "string" ? JSON.stringify(value) : value}`,
  );
  return `${time} ${level.toUpperCase().padEnd(5)} ${message.replace(/[\r\n]+/g, " | ")}${rest.join("")}`;
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
