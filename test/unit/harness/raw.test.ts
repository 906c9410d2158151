/**
 * The raw client against bytes and against small servers of Node's own.
 *
 * @module
 */
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { headerValues, parseResponse } from "../../harness/parse.ts";
import { encodeRequest, exchange, pipeline, rawRequest } from "../../harness/raw.ts";

const open: Server[] = [];

async function listen(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

function answering(text: string, { close = false } = {}): Server {
  return createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => (close ? socket.end(text) : socket.write(text)));
  });
}

describe("parseResponse", () => {
  const parse = (text: string, method = "GET", ended = false) => parseResponse(Buffer.from(text), method, ended);

  it("keeps casing, order and repetition of headers", () => {
    const parsed = parse(
      "HTTP/1.1 200 OK\r\nX-b: 1\r\nmetadata-flavor:  Google \r\nX-B: 2\r\nContent-Length: 2\r\n\r\nhi",
    );
    expect(parsed?.response.headers.map(([name]) => name)).toEqual(["X-b", "metadata-flavor", "X-B", "Content-Length"]);
    expect(parsed?.response.headers[1]).toEqual(["metadata-flavor", "Google"]);
    expect(headerValues(parsed?.response ?? { headers: [] }, "x-B")).toEqual(["1", "2"]);
    expect(parsed?.response).toMatchObject({ version: "1.1", status: 200, reason: "OK", closed: false });
  });

  it.each([
    ["a header that is not complete", "HTTP/1.1 200 OK\r\nA: b\r\n"],
    ["a body shorter than Content-Length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi"],
    ["a chunked body without its last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n"],
    ["a body that only the end of the connection ends", "HTTP/1.0 200 OK\r\n\r\nhi"],
  ])("waits for more after %s", (_, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it.each([
    ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1;x=y\r\n!\r\n0\r\n\r\n", "hi!"],
    ["Content-Length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1", "hi"],
    [
      "an interim answer before the final one",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      "",
    ],
    ["an empty reason phrase", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", ""],
    ["no reason phrase at all", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", ""],
  ])("reads %s", (_, text, body) => {
    expect(parse(text)?.response.body.toString()).toBe(body);
  });

  it("reads no body after HEAD", () => {
    const parsed = parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD");
    expect(parsed?.response.body.length).toBe(0);
  });

  it.each([
    ["a truncated body", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi", /after 2 of 3/],
    ["a truncated header", "HTTP/1.1 200 OK\r\nA", /inside a header/],
    ["another protocol", "SSH-2.0-x\r\n\r\n", /status line/],
    ["a header without colon", "HTTP/1.1 200 OK\r\nnope\r\n\r\n", /header line/],
  ])("refuses %s", (_, text, message) => {
    expect(() => parse(text, "GET", true)).toThrow(message);
  });
});

describe("encodeRequest", () => {
  it("adds only the body's length", () => {
    expect(encodeRequest({ target: "/a b" }).toString()).toBe("GET /a b HTTP/1.1\r\n\r\n");
    expect(
      encodeRequest({ method: "PUT", target: "/", version: "1.0", headers: [["x", ""]], body: "ü" }).toString(),
    ).toBe("PUT / HTTP/1.0\r\nx: \r\nContent-Length: 2\r\n\r\nü");
  });
});

describe("rawRequest", () => {
  it("shows what node:http wrote", async () => {
    const port = await listen(
      createHttpServer((request, response) => {
        response.setHeader("Metadata-Flavor", "Google");
        response.end(`${request.method} ${request.url}`);
      }),
    );
    const response = await rawRequest(port, { target: "/x/../y", headers: [["Host", "h"]] });
    expect(response.headers).toContainEqual(["Metadata-Flavor", "Google"]);
    expect(response.body.toString()).toBe("GET /x/../y");
    expect(response.closed).toBe(false);
  });

  it("sees that an announced end comes", async () => {
    const port = await listen(
      answering("HTTP/1.1 403 No\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", { close: true }),
    );
    expect((await rawRequest(port, { target: "/" })).closed).toBe(true);
  });

  it("sees that an announced end does not come", async () => {
    const port = await listen(answering("HTTP/1.1 403 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
    expect((await rawRequest(port, { target: "/" })).closed).toBe(false);
  });

  it("reads a body up to the end of the connection", async () => {
    const port = await listen(answering("HTTP/1.0 200 OK\r\n\r\nall of it", { close: true }));
    expect((await rawRequest(port, "GET / HTTP/1.0\r\n\r\n")).body.toString()).toBe("all of it");
  });

  it("gives up with what it got", async () => {
    const port = await listen(answering("HTTP/1.1 200 OK\r\nContent-"));
    await expect(rawRequest(port, { target: "/" }, { timeoutMs: 50 })).rejects.toThrow(/within 50 ms.*Content-/);
  });

  it("says that nothing came", async () => {
    const port = await listen(answering("", { close: true }));
    await expect(rawRequest(port, { target: "/" })).rejects.toThrow(/without an answer/);
  });
});

describe("pipeline and exchange", () => {
  it("reads several answers from one connection, in order", async () => {
    const port = await listen(createHttpServer((request, response) => response.end(request.url)));
    const targets = ["/1", "/22", "/333"];
    const responses = await pipeline(
      port,
      targets.map((target) => ({ target, headers: [["Host", "h"]] as const })),
    );
    expect(responses.map(({ body }) => body.toString())).toEqual(targets);
  });

  it("gives all bytes until the caller has enough", async () => {
    const port = await listen(answering("one\ntwo\n"));
    const { bytes, closed } = await exchange(port, "x", { until: (got) => got.includes("one") });
    expect(bytes.toString()).toMatch(/^one/);
    expect(closed).toBe(false);
  });
});
