/** A Node server hardened against slow, broken and greedy clients. */
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { LabError } from "../errors.js";
import { ConnectionPool } from "./connection-pool.js";
import { errorBody } from "./errors.js";
import { bodyLimit } from "./json-body.js";
import { newRequestId } from "./request-frame.js";
import { SendingSide } from "./sending-side.js";

/** Connections kept free by closing idle ones, for the next clients. */
const spareConnections = 64;
/** Connections of one address on another machine: a proxy has many. */
const mostOfOneAddress = 512;

interface Connection {
  /** Replies that are not over, the oldest first. */
  readonly replies: Set<ServerResponse>;
  readonly sending: SendingSide;
}

/** What Node says of a request it could not read, as a status line. */
const statusOfParserError: Readonly<Record<string, readonly [status: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request did not arrive in time. Send it again, faster."],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The headers are larger than 16 KiB. Send fewer."],
};
const badRequest = ["400 Bad Request", "This is not HTTP/1.1 as RFC 9112 has it."] as const;

/** What a test makes smaller. */
export interface ServerLimits {
  /** Connections held at once when every one of them is served; more are closed as they come. Default 2048. */
  readonly mostConnections?: number;
  /** Milliseconds between two looks at whether a client that closed its sending side still reads. Default 2000. */
  readonly probeMs?: number;
}

/** Sets limits and refusals. Call it before the server listens. */
export function configureServer(server: Server, { mostConnections = 2048, probeMs = 2000 }: ServerLimits = {}): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 65_000;
  server.maxConnections = mostConnections;
  // Node looks for late requests every 30 s unless told otherwise; it reads this when it begins to listen
  // a missing Host and an unknown Expect get a reply with a body from the app, not an empty one from Node
  Object.assign(server, { connectionsCheckingInterval: 2_000, requireHostHeader: false, httpAllowHalfOpen: true });
  const pool = new ConnectionPool({ most: mostConnections - spareConnections, mostOfOneAddress });
  const connections = new WeakMap<Socket, Connection>();
  server.on("connection", (socket: Socket) => {
    socket.setNoDelay(true);
    // one listener per pipelined request
    socket.setMaxListeners(0);
    const replies = new Set<ServerResponse>();
    connections.set(socket, { replies, sending: new SendingSide(socket, replies, probeMs) });
    pool.open(socket);
  });
  server.on("request", (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket);
    // every part that has to know of its end listens to it
    response.setMaxListeners(0);
    connection?.replies.add(response);
    connection?.sending.begin(request);
    pool.begin(socket, request);
    response.once("close", () => {
      connection?.replies.delete(response);
      if (connection?.replies.size !== 0) return;
      connection.sending.rest();
      pool.rest(socket);
    });
  });
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  // a body that will be refused anyway is not asked for
  server.on("checkContinue", (request, response) => {
    if (!(Number(request.headers["content-length"]) > bodyLimit)) response.writeContinue();
    server.emit("request", request, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // in the middle of a reply anything written would become part of it
    const replying = [...(connections.get(socket as Socket)?.replies ?? [])].some(({ headersSent }) => headersSent);
    if (error.code === "ECONNRESET" || error.code === "EPIPE" || !socket.writable || replying) socket.destroy();
    else socket.end(refusal(error.code ?? ""));
  });
}

function refusal(code: string): string {
  const [status, message] = statusOfParserError[code] ?? badRequest;
  const body = JSON.stringify(errorBody(new LabError("invalid_request", message)));
  const headers = [
    `HTTP/1.1 ${status}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "X-Content-Type-Options: nosniff",
    `X-Request-Id: ${newRequestId()}`,
  ];
  return `${headers.join("\r\n")}\r\n\r\n${body}`;
}
