/**
 * Many requests at once over connections that stand already, each with the time of its answer.
 *
 * @module
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** By `performance.now()`. */
  readonly at: number;
}

const common = "Host: 127.0.0.1\r\nMetadata-Flavor: Google\r\n";

export class Sockets {
  readonly #sockets: readonly Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  /** Opens `count` connections, a hundred at a time: this is not about a server's queue of connections. */
  static async open(origin: string, count: number): Promise<Sockets> {
    const { hostname, port } = new URL(origin);
    const sockets: Socket[] = [];
    while (sockets.length < count) {
      const batch = Array.from({ length: Math.min(100, count - sockets.length) }, () =>
        connect(Number(port), hostname),
      );
      await Promise.all(batch.map((socket) => once(socket, "connect")));
      sockets.push(...batch);
    }
    for (const socket of sockets) socket.setNoDelay(true).on("error", () => socket.destroy());
    return new Sockets(sockets);
  }

  /** Sends one GET over each connection at once; `path` may differ from one to the next. */
  send(path: (index: number) => string, limitMs = 20_000): Promise<Answer | undefined>[] {
    return this.#write((index) => `GET ${path(index)} HTTP/1.1\r\n${common}\r\n`, limitMs);
  }

  /** Sends one PUT over each connection at once. */
  put(path: string, body: string, limitMs = 20_000): Promise<Answer | undefined>[] {
    const head = `PUT ${path} HTTP/1.1\r\n${common}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return this.#write(() => head + body, limitMs);
  }

  #write(request: (index: number) => string, limitMs: number): Promise<Answer | undefined>[] {
    const answers = this.#sockets.map((socket) => answerOf(socket, limitMs));
    this.#sockets.forEach((socket, index) => void socket.write(request(index)));
    return answers;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** The first whole answer on a connection; `undefined` when none came in time. */
function answerOf(socket: Socket, limitMs: number): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const onData = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      const head = text.indexOf("\r\n\r\n");
      const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
      if (head === -1 || text.length < head + 4 + Number(length ?? 0)) return;
      end({ status: Number(text.slice(9, 12)), body: text.slice(head + 4), at: performance.now() });
    };
    const end = (answer: Answer | undefined): void => {
      clearTimeout(limit);
      socket.off("data", onData).off("close", onClose);
      resolve(answer);
    };
    const onClose = () => end(undefined);
    const limit = setTimeout(onClose, limitMs);
    socket.on("data", onData).once("close", onClose);
  });
}
