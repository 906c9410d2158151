/**
 * The page's way to the server: the control token, which lives in memory only, the stream, and the control API.
 *
 * @module
 */
import { createEventReader } from "./server-events.ts";

/** Takes the token out of the fragment `#token=…`, and the fragment out of the address bar and the history. */
export function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? undefined;
  if (location.hash !== "") history.replaceState(null, "", location.pathname);
  return token === "" ? undefined : token;
}

/** The token was refused. */
export class Refused extends Error {
  override readonly name = "Refused";
}

export class Session {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** Calls the control API; `path` is below `/emulator/v1/`. Rejects with the server's sentence. */
  async send(method: string, path: string, body?: string): Promise<void> {
    const init = { method, headers: this.#headers(), ...(body === undefined ? {} : { body }) };
    const answer = await fetch(`v1/${path}`, init);
    if (answer.status === 401) throw new Refused("The server does not accept this control token.");
    if (!answer.ok) throw new Error(sentenceOf(await answer.text(), answer.status));
  }

  /** Reads the stream until it ends. Rejects with `Refused`, or with what broke it. */
  async read(onEvent: (name: string, data: string) => void, onOpen: () => void, signal: AbortSignal): Promise<void> {
    const answer = await fetch("v1/stream", { headers: this.#headers(), cache: "no-store", signal });
    if (answer.status === 401) throw new Refused("The server does not accept this control token.");
    if (!answer.ok || answer.body === null) throw new Error(`The server answered ${answer.status}.`);
    onOpen();
    const read = createEventReader();
    const decoder = new TextDecoder();
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const { data, name } of read(decoder.decode(value, { stream: true }))) onEvent(name, data);
    }
  }

  #headers(): Record<string, string> {
    return { Authorization: `Bearer ${this.#token}` };
  }
}

function sentenceOf(text: string, status: number): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === "string") return error;
  } catch {
    // Told below.
  }
  return `The server answered ${status}.`;
}
