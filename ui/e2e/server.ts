// Serves the built page and an invented service over HTTP, with the content security policy of the app. For tests alone.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Away, Question } from "../src/lib/transport/transport.ts";
import { No } from "../tests/world/no.ts";
import type { World } from "../tests/world/world.ts";

const DIST = join(import.meta.dirname, "../dist");
const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** As the app's, but that a browser reaches the service by HTTP. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/** The server, and the service behind it. */
export class TestServer {
  world: World;
  /** Without the service, every request for it fails. */
  isAlive = true;
  /** What is said while it is not there; null: nothing. */
  away: Away | null = null;
  readonly #streams = new Set<ServerResponse>();
  readonly #server: Server;

  private constructor(world: World) {
    this.world = world;
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(world: World): Promise<TestServer> {
    const server = new TestServer(world);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The service ends. */
  kill(): void {
    this.isAlive = false;
    for (const stream of this.#streams) stream.destroy();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    if (path === "/rpc" || path === "/events") {
      if (!this.isAlive && this.away === null) return void response.writeHead(502).end();
      if (!this.isAlive) return void response.writeHead(502, { "content-type": "application/json" }).end(JSON.stringify(this.away));
      return path === "/rpc" ? this.#call(request, response) : this.#stream(response);
    }
    const file = join(DIST, normalize(path === "/" ? "/index.html" : path));
    try {
      const content = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-security-policy": POLICY });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const json = (status: number, value: unknown) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    try {
      json(200, this.world.answer(JSON.parse(Buffer.concat(parts).toString("utf8")) as Question));
    } catch (thrown) {
      if (!(thrown instanceof No)) throw thrown;
      json(422, thrown.error);
    }
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`event: subscribed\ndata: ${JSON.stringify({ sequence: this.world.sequence })}\n\n`);
    const { world } = this;
    const send = (notice: unknown) => void response.write(`data: ${JSON.stringify(notice)}\n\n`);
    world.listeners.add(send);
    this.#streams.add(response);
    response.on("close", () => {
      world.listeners.delete(send);
      this.#streams.delete(response);
    });
  }
}
