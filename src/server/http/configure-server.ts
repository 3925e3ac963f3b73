/** A Node server hardened against slow, broken and greedy clients. */
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { LabError } from "../errors.js";
import { errorBody } from "./errors.js";
import { bodyLimit } from "./json-body.js";
import { newRequestId } from "./request-id.js";

/** Connections held at once; more are closed as they come. */
const maxConnections = 2048;

/** What Node says of a request it could not read, as a status line. */
const statusOfParserError: Readonly<Record<string, readonly [status: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request did not arrive in time. Send it again, faster."],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The headers are larger than 16 KiB. Send fewer."],
};
const badRequest = ["400 Bad Request", "This is not HTTP/1.1 as RFC 9112 has it."] as const;

/** Sets limits and refusals. Call it before the server listens. */
export function configureServer(server: Server): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 65_000;
  server.maxConnections = maxConnections;
  // Node looks for late requests every 30 s unless told otherwise; it reads this when it begins to listen
  Object.assign(server, { connectionsCheckingInterval: 2_000 });
  const replies = new WeakMap<Socket, Set<ServerResponse>>();
  server.on("connection", (socket: Socket) => {
    socket.setNoDelay(true);
    // one listener per pipelined request
    socket.setMaxListeners(0);
    replies.set(socket, new Set());
  });
  server.on("request", ({ socket }, response) => {
    // every part that has to know of its end listens to it
    response.setMaxListeners(0);
    replies.get(socket)?.add(response);
    response.once("close", () => replies.get(socket)?.delete(response));
  });
  // a body that will be refused anyway is not asked for
  server.on("checkContinue", (request, response) => {
    if (!(Number(request.headers["content-length"]) > bodyLimit)) response.writeContinue();
    server.emit("request", request, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // in the middle of a reply anything written would become part of it
    const replying = [...(replies.get(socket as Socket) ?? [])].some(({ headersSent }) => headersSent);
    if (error.code === "ECONNRESET" || !socket.writable || replying) socket.destroy();
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
