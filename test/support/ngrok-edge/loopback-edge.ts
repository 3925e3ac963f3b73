/**
 * A stand-in for ngrok's cloud on loopback that the real native agent accepts.
 *
 * It does what the agent can notice: sessions, endpoints, heartbeats, refusals, outages. It does not run traffic
 * policies or IP restrictions: assert on what arrived in `binds` instead.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { AgentDoor, type Endpoint, type Session } from "./agent-door.js";
import type { Certificates } from "./certificates.js";
import { PublicDoor } from "./public-door.js";

export interface LoopbackEdgeOptions {
  readonly certificates: Certificates;
  /** Authtokens that are accepted. Default: `LoopbackEdge.token` alone. */
  readonly tokens?: readonly string[];
  /** Sessions that may be open together. Default 3, as on ngrok's free plan. */
  readonly maxSessions?: number;
  /** The URL an agent is told; default is the public port on loopback, which can be fetched. */
  readonly urlOf?: (domain: string) => string;
}

const host = "127.0.0.1";

export class LoopbackEdge {
  /** An authtoken the edge knows unless told otherwise. */
  static readonly token = "2loopbackEdgeToken_7Kq9mWv4LkTzXcB5nRyHd";

  readonly agents: AgentDoor;
  readonly visitors: PublicDoor;
  private readonly options: LoopbackEdgeOptions;
  private readonly publicServer: Server;
  private control: TlsServer;
  private readonly sockets = new Set<Socket>();
  private controlPort = 0;

  private constructor(options: LoopbackEdgeOptions) {
    this.options = options;
    this.agents = new AgentDoor({
      tokens: options.tokens ?? [LoopbackEdge.token],
      maxSessions: options.maxSessions ?? 3,
      domainSuffix: "ngrok-free.test",
      urlOf: options.urlOf ?? (() => this.publicUrl),
    });
    this.visitors = new PublicDoor(this.agents);
    this.publicServer = createServer((incoming, response) => this.visitors.serve(incoming, response));
    this.publicServer.on("upgrade", (incoming, socket, head) => this.visitors.upgrade(incoming, socket, head));
    this.control = this.createControl();
  }

  /** An edge that listens, on ports the system chose. */
  static async start(options: LoopbackEdgeOptions): Promise<LoopbackEdge> {
    const edge = new LoopbackEdge(options);
    edge.publicServer.listen(0, host);
    edge.control.listen(0, host);
    await Promise.all([once(edge.publicServer, "listening"), once(edge.control, "listening")]);
    edge.controlPort = (edge.control.address() as AddressInfo).port;
    return edge;
  }

  /** What a visitor fetches, without a slash at the end. */
  get publicUrl(): string {
    return `http://${host}:${(this.publicServer.address() as AddressInfo).port}`;
  }

  /** What the agent is given as `serverAddr`. */
  get serverAddr(): string {
    return `${host}:${this.controlPort}`;
  }

  get caFile(): string {
    return this.options.certificates.caFile;
  }

  /** The one session there is. */
  get session(): Session {
    return only([...this.agents.sessions], "session");
  }

  /** The one endpoint there is. */
  get endpoint(): Endpoint {
    return only([...this.agents.endpoints.values()], "endpoint");
  }

  /** Resolves as soon as exactly `count` sessions are open. */
  async sessionCount(count: number): Promise<void> {
    while (this.agents.sessions.size !== count) {
      const change = new AbortController();
      const changed = (["open", "close"] as const).map((name) => once(this.agents, name, { signal: change.signal }));
      await Promise.race(changed);
      change.abort();
      await Promise.allSettled(changed);
    }
  }

  /** Cuts every session; agents may come back at once. */
  dropSessions(): void {
    for (const session of [...this.agents.sessions]) session.muxado.destroy();
  }

  /** Asks every agent to go elsewhere, as before maintenance. */
  goAway(): void {
    for (const session of this.agents.sessions) session.muxado.goAway("maintenance");
  }

  /** Cuts every session and refuses new ones; the public side stays, as the real one does. */
  async controlDown(): Promise<void> {
    const closed = once(this.control, "close");
    this.control.close();
    this.cutAgents();
    await closed;
  }

  async controlUp(): Promise<void> {
    this.control = this.createControl();
    this.control.listen(this.controlPort, host);
    await once(this.control, "listening");
  }

  async close(): Promise<void> {
    const closing = [this.publicServer, this.control].filter((server) => server.listening);
    const closed = closing.map((server) => once(server, "close"));
    for (const server of closing) server.close();
    this.cutAgents();
    this.publicServer.closeAllConnections();
    await Promise.all(closed);
  }

  private createControl(): TlsServer {
    const { key, cert } = this.options.certificates;
    const server = createTlsServer({ key, cert }, (socket) => this.agents.accept(socket));
    server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    // an agent that does not trust the certificate is the test's business
    server.on("tlsClientError", () => {});
    return server;
  }

  private cutAgents(): void {
    this.dropSessions();
    for (const socket of this.sockets) socket.destroy();
  }
}

function only<Item>(items: readonly Item[], name: string): Item {
  if (items.length !== 1) throw new Error(`The edge has ${items.length} of ${name}, not one.`);
  return items[0] as Item;
}
