/**
 * A token broker of the bench, as a process of its own so that its delays are not those of the load: `POST
 * /NAME?delay=MS&life=SECONDS` makes a token, `GET /NAME` says how many were asked for.
 *
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";

const calls = new Map<string, number>();
let made = 0;

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (request.method === "GET") {
    response.end(String(calls.get(pathname) ?? 0));
    return;
  }
  calls.set(pathname, (calls.get(pathname) ?? 0) + 1);
  const life = Number(searchParams.get("life") ?? 3600);
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => (body += text));
  request.on("end", () => setTimeout(() => response.end(token(JSON.parse(body).kind, life)), delayOf(searchParams)));
});

const delayOf = (query: URLSearchParams) => Number(query.get("delay") ?? 0);

function token(kind: string, life: number): string {
  made++;
  if (kind === "access_token")
    return JSON.stringify({ access_token: `bench-${made}`, expires_in: life, token_type: "Bearer" });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { exp: Math.floor(Date.now() / 1000) + life, jti: String(made) };
  return JSON.stringify({ id_token: `${part({ alg: "none" })}.${part(claims)}.${part({})}` });
}

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
