/** The doors on a port of their own, and a client that can be as rude as a test needs. */
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Access } from "../../src/server/access/access.js";
import { configureServer } from "../../src/server/http/configure-server.js";
import { createApp } from "../../src/server/http/create-app.js";
import type { AppParts } from "../../src/server/http/http-services.js";
import type { HttpTimings } from "../../src/server/http/http-timings.js";
import { inTurn } from "../../src/server/http/in-turn.js";
import { KeptStreams } from "../../src/server/http/kept-streams.js";
import { RequestLog } from "../../src/server/http/request-log.js";
import type { Log, LogFields } from "../../src/server/log.js";
import { firstSample } from "../../src/server/machine/machine-sample.js";
import { readSettings, type Settings } from "../../src/server/settings/read-settings.js";
import { FakeModels } from "./fake-models.js";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; throws when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever is there
  readonly json: any;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, text and bytes as they are. */
  readonly body?: unknown;
}

export interface Door {
  readonly port: number;
  readonly models: FakeModels;
  readonly requests: RequestLog;
  readonly logged: { level: string; message: string; fields: LogFields }[];
  stopping: boolean;
  send(method: string, path: string, options?: SendOptions): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** A bare connection. The caller ends it; `close` destroys it otherwise. */
  connect(): Socket;
  /** Sends bytes and resolves to everything that came back until the server closed. */
  raw(bytes: string): Promise<string>;
  close(): Promise<void>;
}

export interface DoorOptions {
  readonly settings?: Partial<Settings>;
  readonly models?: FakeModels;
  readonly timings?: Partial<HttpTimings>;
  /** What an app has beside: the owner's controls, passes, a publisher. Default none. */
  readonly parts?: Partial<AppParts>;
}

export const ownerKey = "lab_owner_of_the_tests";
export const apiKey = "key-of-the-tests-0001";

export async function openDoor(options: DoorOptions = {}): Promise<Door> {
  const models = options.models ?? new FakeModels();
  const settings: Settings = { ...readSettings({}, { LOCALLAB_RATE_LIMIT: "off" }), ...options.settings };
  const requests = new RequestLog();
  const logged: Door["logged"] = [];
  const sockets: Socket[] = [];
  const streams = options.parts?.streams ?? new KeptStreams();
  const server = createServer();
  // who leaves in the same moment as it asked is noticed at once
  configureServer(server, { probeMs: 20 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { apiKey: key, host, allowedHosts } = settings;
  const open = (): Socket => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).on("error", () => {});
    sockets.push(socket);
    return socket;
  };
  const door: Door = {
    port,
    models,
    requests,
    logged,
    stopping: false,
    send: (method, path, sendOptions) => send(port, method, path, sendOptions),
    post: (path, body, headers) => send(port, "POST", path, { body, ...(headers && { headers }) }),
    connect: open,
    raw: (bytes) => readAll(open(), bytes),
    close: async () => {
      // as a server that stops: nothing goes on without a reader
      streams.close();
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  const app = createApp({
    settings,
    log: recordingLog(logged),
    models,
    machine: { sample: firstSample, close: () => {} },
    access: new Access({
      ownerKey,
      apiKey: key,
      host,
      allowedHosts,
      ...(options.parts?.passes && { passes: options.parts.passes }),
    }),
    requests,
    version: "0.0.0-test",
    startedAt: performance.now(),
    isStopping: () => door.stopping,
    ...(options.timings && { timings: options.timings }),
    ...options.parts,
    streams,
  });
  server.on("request", inTurn(app.callback()));
  return door;
}

/** One request on a connection of its own. */
export function send(port: number, method: string, path: string, options: SendOptions = {}): Promise<Reply> {
  const { body, headers = {} } = options;
  const isJson = body !== undefined && typeof body !== "string" && !Buffer.isBuffer(body);
  const bytes = isJson ? JSON.stringify(body) : (body as string | Buffer | undefined);
  const type = isJson ? { "Content-Type": "application/json" } : {};
  const length = bytes === undefined ? {} : { "Content-Length": String(Buffer.byteLength(bytes)) };
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      method,
      path,
      agent: false,
      headers: { ...type, ...length, ...headers },
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve(replyOf(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))));
    });
    request.end(bytes);
  });
}

function replyOf(status: number, headers: IncomingHttpHeaders, bytes: Buffer): Reply {
  const text = bytes.toString("utf8");
  return {
    status,
    headers,
    text,
    get json() {
      return JSON.parse(text);
    },
  };
}

function readAll(socket: Socket, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("close", () => resolve(text));
    socket.on("end", () => socket.end());
    socket.write(bytes);
  });
}

function recordingLog(logged: Door["logged"]): Log {
  const record =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      logged.push({ level, message, fields });
    };
  return {
    debug: record("debug"),
    info: record("info"),
    warn: record("warn"),
    error: record("error"),
    hide: () => {},
    close: async () => {},
  };
}
