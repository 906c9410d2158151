/**
 * The little of Bun, Deno and workerd that the entries use. Their own type packages redeclare the same globals and
 * cannot be installed side by side.
 */
declare namespace Bun {
  interface Server {
    readonly port: number;
    stop(force?: boolean): Promise<void>;
    timeout(request: Request, seconds: number): void;
  }
  interface ServeOptions {
    hostname?: string;
    port?: number;
    unix?: string;
    idleTimeout?: number;
    maxRequestBodySize?: number;
    fetch(request: Request, server: Server): Response | Promise<Response>;
    error?(error: Error): Response;
  }
  function serve(options: ServeOptions): Server;
}

declare namespace Deno {
  interface HttpServer {
    readonly addr: { readonly port?: number };
    readonly finished: Promise<void>;
    shutdown(): Promise<void>;
  }
  interface ServeOptions {
    hostname?: string;
    port?: number;
    path?: string;
    onListen?: (address: unknown) => void;
    onError?: (error: unknown) => Response;
  }
  function serve(options: ServeOptions, handler: (request: Request) => Response | Promise<Response>): HttpServer;
  const errors: { readonly NotFound: new () => Error };
  function chmodSync(path: string, mode: number): void;
  function removeSync(path: string): void;
  function createHttpClient(options: { cert: string; key: string; caCerts?: string[] }): object;
}

/** What workerd adds to a request. */
interface Request {
  readonly cf?: { readonly clientAcceptEncoding?: string };
}

declare module "cloudflare:workers" {
  interface DurableObjectStorage {
    readonly sql: {
      exec(query: string, ...bindings: (string | number)[]): Iterable<Record<string, string | number>>;
    };
    transactionSync<T>(run: () => T): T;
  }
  interface DurableObjectState {
    readonly storage: DurableObjectStorage;
    blockConcurrencyWhile<T>(callback: () => Promise<T>): Promise<T>;
    waitUntil(promise: Promise<unknown>): void;
  }
  interface DurableObjectStub {
    fetch(request: Request): Promise<Response>;
  }
  interface DurableObjectNamespace {
    getByName(name: string): DurableObjectStub;
  }
  class DurableObject<Env> {
    protected readonly ctx: DurableObjectState;
    protected readonly env: Env;
    constructor(ctx: DurableObjectState, env: Env);
  }
}
