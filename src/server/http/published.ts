/**
 * The published listener: a second one, which only the tunnel leads to.
 *
 * A socket file that only this user may open where that is possible, else a port on loopback. Each opening has a file
 * of its own, so that closing one never takes away the file of another.
 */
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { chmod, lstat, mkdir } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import type { PublishedListener } from "../publish/published-listener.js";
import type { Settings } from "../settings/read-settings.js";
import { configureServer } from "./configure-server.js";
import { inTurn } from "./in-turn.js";
import { type ListenLog, listening, mostSocketPathBytes } from "./listen.js";

type Where = Pick<Settings, "runtimeDir" | "name">;

const ownHeader = "x-locallab-watch";

let opened = 0;

export async function openPublished(where: Where, serve: RequestListener, log: ListenLog): Promise<PublishedListener> {
  const own = randomBytes(16).toString("base64url");
  const traffic = new Traffic(own);
  const open = async (): Promise<Opening> => {
    const server = createServer();
    configureServer(server);
    traffic.count(server);
    // after the counter, so that it sees a reply before its end
    server.on("request", inTurn(serve));
    return listenSomewhere(server, where, log);
  };
  let current = await open();
  const former: Opening[] = [];
  return {
    get target() {
      return current.target;
    },
    ownHeaders: { [ownHeader]: own },
    traffic: () => traffic.now(),
    idle: () => traffic.idle(),
    look: async () => {
      const { path, inode } = current;
      if (path !== undefined && (await inodeOf(path)) !== inode) throw new Error(`${path} was replaced`);
    },
    renew: async () => {
      const next = await open();
      former.push(current);
      current = next;
      return current.target;
    },
    close: async () => {
      const closed = Promise.all([current, ...former].map(({ server }) => close(server)));
      traffic.cut();
      await closed;
    },
  };
}

/** One server of the listener, and where it listens. */
interface Opening {
  readonly server: Server;
  readonly target: string;
  /** Undefined for a port. */
  readonly path?: string;
  readonly inode?: bigint;
}

async function listenSomewhere(server: Server, { runtimeDir, name }: Where, log: ListenLog): Promise<Opening> {
  opened += 1;
  const path = join(runtimeDir, `${name}.${process.pid}-${opened}.sock`);
  const fits = process.platform !== "win32" && Buffer.byteLength(path) <= mostSocketPathBytes;
  if (!fits) {
    await listening(server, { host: "127.0.0.1", port: 0 }, log);
    return { server, target: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }
  await mkdir(runtimeDir, { recursive: true, mode: 0o700 });
  await listening(server, { path }, log);
  try {
    await chmod(path, 0o600);
    return { server, target: `unix:${path}`, path, inode: await inodeOf(path) };
  } catch (error) {
    await close(server);
    throw error;
  }
}

const inodeOf = async (path: string): Promise<bigint> => (await lstat(path, { bigint: true })).ino;

/** Removes the sockets that an earlier server of this name was killed with. For the holder of the name. */
export function removeLeftSockets(runtimeDir: string, name: string): void {
  for (const file of readdirSync(runtimeDir)) {
    const isOfName = file.startsWith(`${name}.`) && /^\d+-\d+\.sock$/.test(file.slice(name.length + 1));
    if (isOfName) rmSync(join(runtimeDir, file), { force: true });
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** What went through, over all servers of one listener. */
class Traffic {
  readonly #sockets = new Set<Socket>();
  readonly #own: string;
  #requests = 0;
  #running = 0;
  #sentBefore = 0;
  #waiters: (() => void)[] = [];

  constructor(own: string) {
    this.#own = own;
  }

  count(server: Server): void {
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => {
        this.#sockets.delete(socket);
        this.#sentBefore += socket.bytesWritten;
      });
    });
    server.on("request", (request, response) => {
      if (request.headers[ownHeader] !== this.#own) this.#requests += 1;
      this.#running += 1;
      response.once("close", () => {
        this.#running -= 1;
        if (this.#running > 0) return;
        for (const wake of this.#waiters.splice(0)) wake();
      });
    });
  }

  now(): { requests: number; bytesSent: number } {
    let bytesSent = this.#sentBefore;
    for (const socket of this.#sockets) bytesSent += socket.bytesWritten;
    return { requests: this.#requests, bytesSent };
  }

  idle(): Promise<void> {
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Destroys every connection, also those that are no HTTP any more. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
