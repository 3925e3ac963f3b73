/** The side of the edge that the internet sees: plain HTTP here, handed to the agent over muxado. */
import { Agent, type ClientRequest, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { AgentDoor, Endpoint, Session } from "./agent-door.js";
import { streamType } from "./agent-requests.js";
import { uint32 } from "./muxado-frames.js";
import type { MuxadoStream } from "./muxado-stream.js";

export class PublicDoor {
  /** True: browsers first get ngrok's warning page, as on the free plan. */
  hasInterstitial = false;
  private readonly agents: AgentDoor;
  private readonly pools = new WeakMap<Session, Agent>();

  constructor(agents: AgentDoor) {
    this.agents = agents;
  }

  serve(incoming: IncomingMessage, response: ServerResponse): void {
    const endpoint = this.endpointFor(incoming);
    if (endpoint === undefined) {
      const text = `The endpoint ${incoming.headers.host} is offline.`;
      fail(response, 404, "ERR_NGROK_3200", text);
    } else if (this.hasInterstitial && isBrowser(incoming)) {
      response.writeHead(200, { "content-type": "text/html", "ngrok-error-code": "ERR_NGROK_6024" });
      response.end("<!DOCTYPE html><title>You are about to visit</title>");
    } else {
      this.forward(endpoint, incoming, response);
    }
  }

  upgrade(incoming: IncomingMessage, client: Duplex, head: Buffer): void {
    const endpoint = this.endpointFor(incoming);
    if (endpoint === undefined) {
      client.destroy();
      return;
    }
    const stream = openProxy(endpoint, addressOf(incoming));
    const lines = headerPairs(incoming).map(([name, value]) => `${name}: ${value}\r\n`);
    stream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
    if (head.length > 0) stream.write(head);
    stream.pipe(client);
    client.pipe(stream);
    client.on("error", () => stream.destroy());
    stream.on("error", () => client.destroy());
  }

  /** By host name; an address stands for the only endpoint there is. */
  private endpointFor(incoming: IncomingMessage): Endpoint | undefined {
    const host = (incoming.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    const all = [...this.agents.endpoints.values()];
    return (
      all.find((endpoint) => endpoint.domain === host) ??
      (host === "127.0.0.1" && all.length === 1 ? all[0] : undefined)
    );
  }

  private forward(endpoint: Endpoint, incoming: IncomingMessage, response: ServerResponse): void {
    const forwarded = [
      ["X-Forwarded-For", incoming.socket.remoteAddress ?? ""],
      ["X-Forwarded-Host", incoming.headers.host ?? ""],
      ["X-Forwarded-Proto", "https"],
    ];
    const upstream = request({
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      headers: [...headerPairs(incoming), ...forwarded].flat(),
      agent: this.poolOf(endpoint, addressOf(incoming)),
      setHost: false,
    });
    upstream.on("response", (answer) => relay(answer, response));
    upstream.on("error", (error) => {
      if (response.headersSent) response.destroy();
      else fail(response, 502, "ERR_NGROK_3004", error.message);
    });
    cancelWithClient(upstream, response);
    incoming.pipe(upstream);
  }

  /** A pool of idle streams per session, as a reverse proxy keeps connections. */
  private poolOf(endpoint: Endpoint, clientAddress: string): Agent {
    const known = this.pools.get(endpoint.session);
    if (known !== undefined) return known;
    const pool = new Agent({ keepAlive: true });
    Object.assign(pool, { createConnection: () => openProxy(endpoint, clientAddress) });
    this.pools.set(endpoint.session, pool);
    return pool;
  }
}

/** The agent's accept loop is serial, so type, length and header travel in one frame. */
function openProxy(endpoint: Endpoint, clientAddress: string): MuxadoStream {
  const header = { Id: endpoint.id, ClientAddr: clientAddress, Proto: "https", EdgeType: "0", PassthroughTLS: false };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigInt64LE(BigInt(json.length));
  return endpoint.session.muxado.open(Buffer.concat([uint32(streamType.proxy), length, json]));
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? "", answer.rawHeaders);
  response.flushHeaders();
  answer.on("error", () => response.destroy());
  answer.on("aborted", () => response.destroy());
  answer.pipe(response);
}

function cancelWithClient(upstream: ClientRequest, response: ServerResponse): void {
  response.on("close", () => {
    if (!response.writableFinished) upstream.destroy();
  });
}

function fail(response: ServerResponse, status: number, code: string, text: string): void {
  response.writeHead(status, { "ngrok-error-code": code, "content-type": "text/plain" });
  response.end(`${text}\n\n${code}\n`);
}

function isBrowser(incoming: IncomingMessage): boolean {
  const skips = incoming.headers["ngrok-skip-browser-warning"] !== undefined;
  return !skips && /Mozilla/.test(incoming.headers["user-agent"] ?? "");
}

function addressOf(incoming: IncomingMessage): string {
  return `${incoming.socket.remoteAddress}:${incoming.socket.remotePort}`;
}

function headerPairs(incoming: IncomingMessage): string[][] {
  const raw = incoming.rawHeaders;
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ""]] : []));
}
