/**
 * A platform with nothing behind it but what the test lays out: an unknown URL, file or program fails.
 *
 * @module
 */
import type { ClientCertificate, Clock, LogFields, LogLevel, Platform } from "../../worker/platform.ts";
import { createFakeClock } from "./clock.ts";

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

export interface FakePlatform extends Platform {
  /** Everything that was logged. */
  readonly lines: readonly LogLine[];
}

export interface FakePlatformOptions {
  /** Default: refuses every call. */
  readonly fetch?: (url: string, init?: RequestInit) => Promise<Response>;
  readonly fetchWithCertificate?: (url: string, init: RequestInit, certificate: ClientCertificate) => Promise<Response>;
  /** Default: stands at 2026-11-24T12:00:00Z. */
  readonly clock?: Clock;
  readonly env?: Platform["env"];
  /** Contents by path; `null`: this runtime reads no files. */
  readonly files?: Readonly<Record<string, string>> | null;
  /** Default 0.5. */
  readonly random?: () => number;
}

/** Builds a platform. */
export function createFakePlatform(options: FakePlatformOptions = {}): FakePlatform {
  const {
    clock = createFakeClock(Date.parse("2026-11-24T12:00:00Z")),
    env = {},
    files = {},
    random = () => 0.5,
  } = options;
  const lines: LogLine[] = [];
  return {
    runtime: "testland",
    clock,
    env,
    random,
    lines,
    log: (level, message, fields = {}) => lines.push({ level, message, fields }),
    fetch: options.fetch ?? ((url) => Promise.reject(new Error(`no upstream in this test answers ${url}`))),
    ...(options.fetchWithCertificate === undefined ? {} : { fetchWithCertificate: options.fetchWithCertificate }),
    ...(files === null ? {} : { readTextFile: (path: string) => read(files, path) }),
  };
}

async function read(files: Readonly<Record<string, string>>, path: string): Promise<string> {
  const text = files[path];
  if (text === undefined)
    throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: "ENOENT" });
  return text;
}
