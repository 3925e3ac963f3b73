/** A way to a server that breaks when a test wants it to: bytes go through, connections are cut, nobody listens. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class CuttingProxy {
  /** Connections made until now. */
  connections = 0;
  /** Cuts each connection after so many bytes of the server's. */
  cutAfterBytes: () => number = () => Number.POSITIVE_INFINITY;
  #server: Server | undefined;
  #port = 0;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number) {
    this.#target = target;
  }

  static async to(port: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(port);
    await proxy.listen();
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, at the same port again after `refuse`. */
  async listen(): Promise<void> {
    const server = createServer((client) => this.#join(client));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Cuts every connection and takes no new ones. */
  async refuse(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server?.close(() => resolve()));
    this.cut();
    await closed;
  }

  #join(client: Socket): void {
    this.connections += 1;
    const server = connect({ port: this.#target, host: "127.0.0.1" });
    let left = this.cutAfterBytes();
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      // an end that breaks breaks the other
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.pipe(server);
    server.on("data", (chunk: Buffer) => {
      const whole = chunk.length <= left;
      client.write(chunk.subarray(0, left), () => {
        if (!whole) client.destroy();
      });
      left -= chunk.length;
    });
    server.on("end", () => client.end());
  }
}
