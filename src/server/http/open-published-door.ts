/**
 * The published door: a second listener of its own, which the tunnel leads to and nobody else is told of.
 *
 * A socket file that only this user may open where that is possible, else a port on loopback.
 */
import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import type { PublishedDoor } from "../publish/published-door.js";
import type { Settings } from "../settings/read-settings.js";
import { configureServer } from "./configure-server.js";
import { inTurn } from "./in-turn.js";

/** Bytes the path of a socket may have: 104 on macOS, 108 on Linux (sockaddr_un), the closing zero included. */
const mostPathBytes = 103;

export async function openPublishedDoor(
  { runtimeDir, name }: Pick<Settings, "runtimeDir" | "name">,
  serve: RequestListener,
): Promise<PublishedDoor> {
  const server = createServer();
  configureServer(server);
  const traffic = countTraffic(server);
  // after the counter, so that it sees a reply before its end
  server.on("request", inTurn(serve));
  const target = await listen(server, runtimeDir, name);
  return {
    target,
    traffic: traffic.now,
    idle: traffic.idle,
    close: () => close(server),
  };
}

async function listen(server: Server, runtimeDir: string, name: string): Promise<string> {
  const path = join(runtimeDir, `${name}.sock`);
  const fits = process.platform !== "win32" && Buffer.byteLength(path) <= mostPathBytes;
  if (!fits) {
    await listening(server, () => server.listen(0, "127.0.0.1"));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  await mkdir(runtimeDir, { recursive: true, mode: 0o700 });
  // one server of a name runs at a time: what lies there is a dead one's
  await rm(path, { force: true });
  await listening(server, () => server.listen(path));
  await chmod(path, 0o600);
  return `unix:${path}`;
}

function listening(server: Server, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("listening", () => {
      server.off("error", reject);
      resolve();
    });
    begin();
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

interface TrafficCount {
  now(): { requests: number; bytesSent: number };
  idle(): Promise<void>;
}

function countTraffic(server: Server): TrafficCount {
  const sockets = new Set<Socket>();
  let requests = 0;
  let running = 0;
  let sentBefore = 0;
  let waiters: (() => void)[] = [];
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      sentBefore += socket.bytesWritten;
    });
  });
  server.on("request", (_request, response) => {
    requests += 1;
    running += 1;
    response.once("close", () => {
      running -= 1;
      if (running > 0) return;
      for (const wake of waiters) wake();
      waiters = [];
    });
  });
  return {
    now: () => {
      let bytesSent = sentBefore;
      for (const socket of sockets) bytesSent += socket.bytesWritten;
      return { requests, bytesSent };
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  };
}
