/** A small HTTP server for a tunnel to lead to, which tells what reached it. */
import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** Source: RFC 6455, 1.3. */
const webSocketGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export class LocalDoor extends EventEmitter<{ started: [string]; gone: [string] }> {
  private readonly server: Server;
  /** Lets `/held` go on. */
  release: () => void = () => {};

  constructor() {
    super();
    this.server = createServer((request, response) => this.serve(request, response));
    this.server.on("upgrade", (request, socket) => upgrade(request, socket));
  }

  async listen(where: number | string = 0): Promise<void> {
    if (typeof where === "string") this.server.listen(where);
    else this.server.listen(where, "127.0.0.1");
    await once(this.server, "listening");
  }

  get target(): string {
    const address = this.server.address() as AddressInfo | string;
    return typeof address === "string" ? `unix:${address}` : `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "/";
    this.emit("started", path);
    response.on("close", () => {
      if (!response.writableFinished) this.emit("gone", path);
    });
    if (path === "/events") sendEvents(response);
    else if (path === "/held") this.hold(response);
    else if (path === "/digest") digest(request, response);
    else response.end(`${request.method} ${path} ${request.headers["x-forwarded-proto"]}`);
  }

  private hold(response: ServerResponse): void {
    response.write("first ");
    this.release = () => response.end("last");
  }
}

function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  let count = 0;
  const timer = setInterval(() => {
    response.write(`data: ${count} ${performance.timeOrigin + performance.now()}\n\n`);
    count += 1;
    if (count === 20) response.end();
  }, 20);
  response.on("close", () => clearInterval(timer));
}

function digest(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash("sha256");
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    hash.update(chunk);
  });
  request.on("end", () => response.end(`${size} ${hash.digest("hex")}`));
}

/** Takes a WebSocket at /socket and sends every byte back; refuses it elsewhere. */
function upgrade(request: IncomingMessage, socket: Duplex): void {
  socket.on("error", () => {});
  if (request.url !== "/socket") {
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  const key = `${request.headers["sec-websocket-key"]}${webSocketGuid}`;
  const accept = createHash("sha1").update(key).digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  socket.write(`${head.join("\r\n")}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.pipe(socket);
}
