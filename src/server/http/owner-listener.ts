/**
 * The owner's listener: the same app as at the port, on a socket file that only this user may open.
 *
 * Any program may get a port once its server is dead, but not the path of this file. What its owner sends here, keys and
 * prompts, reaches this server or no program.
 */
import { chmodSync, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../async/message-of.js";
import { LabError } from "../errors.js";
import type { Settings } from "../settings/read-settings.js";
import { makePrivateFolder } from "../state/private-folder.js";
import { configureServer } from "./configure-server.js";
import { type ListenLog, listening, mostSocketPathBytes } from "./listen.js";

/** How the folders are called that are made where the runtime folder's own path is too long. */
const shortFolder = /^locallab-[A-Za-z0-9]{6}$/;

export class OwnerListener {
  readonly path: string;
  readonly #serve: RequestListener;
  readonly #log: ListenLog;
  /** The one that listens, and those whose file was removed: their connections live on. */
  readonly #servers: Server[] = [];

  private constructor(path: string, serve: RequestListener, log: ListenLog) {
    this.path = path;
    this.#serve = serve;
    this.#log = log;
  }

  /**
   * Listens at `<name>.owner.sock` in the runtime folder, or in a short folder of its own below the temp folder.
   *
   * Refuses with `invalid_request` when neither can hold a socket.
   */
  static async open(
    { runtimeDir, name }: Pick<Settings, "runtimeDir" | "name">,
    serve: RequestListener,
    log: ListenLog,
  ): Promise<OwnerListener> {
    const listener = new OwnerListener(choosePath(runtimeDir, name), serve, log);
    try {
      await listener.#listen();
      return listener;
    } catch (error) {
      removeSocket(listener.path);
      throw error;
    }
  }

  /** Listens again at the same path where the file was removed; true when that was so. */
  async restore(): Promise<boolean> {
    if (lstatSync(this.path, { throwIfNoEntry: false })?.isSocket()) return false;
    makePrivateFolder(dirname(this.path));
    // before the new one listens: closing removes what lies at the path
    this.#servers.at(-1)?.close();
    await this.#listen();
    return true;
  }

  /** Takes no new connections; requests under way go on. */
  refuseNew(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeIdleConnections();
    }
  }

  /** Ends every connection and removes the file, and the folder where one was made for it. */
  close(): void {
    this.refuseNew();
    for (const server of this.#servers) server.closeAllConnections();
    removeSocket(this.path);
  }

  async #listen(): Promise<void> {
    const server = createServer();
    configureServer(server);
    server.on("request", this.#serve);
    try {
      // one server of a name runs at a time: what lies there is a dead one's
      rmSync(this.path, { force: true });
      await listening(server, { path: this.path }, this.#log);
    } catch (error) {
      throw new LabError(
        "invalid_request",
        `No socket could be made at "${this.path}": ${messageOf(error)}. Set LOCALLAB_RUNTIME_DIR to a folder of yours on a local disk.`,
        { param: "runtimeDir", cause: error },
      );
    }
    this.#servers.push(server);
    // its folder is closed to other users, so none of them connected before this
    chmodSync(this.path, 0o600);
  }
}

/** Removes a socket file and the folder that was made for it. For the one who closes, and for the next server. */
export function removeSocket(path: string): void {
  if (!path.endsWith(".sock")) return;
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path, { force: true });
  const folder = dirname(path);
  if (shortFolder.test(basename(folder))) rmSync(folder, { recursive: true, force: true });
}

function choosePath(runtimeDir: string, name: string): string {
  const path = join(runtimeDir, `${name}.owner.sock`);
  if (Buffer.byteLength(path) <= mostSocketPathBytes) return path;
  let problem: unknown;
  for (const parent of [tmpdir(), "/tmp"]) {
    if (Buffer.byteLength(parent) + "/locallab-XXXXXX/o.sock".length > mostSocketPathBytes) continue;
    try {
      return join(mkdtempSync(join(parent, "locallab-")), "o.sock");
    } catch (error) {
      problem = error;
    }
  }
  throw new LabError(
    "invalid_request",
    `LOCALLAB_RUNTIME_DIR is "${runtimeDir}", which is too long for a socket, and none can be made in the temp folder${problem === undefined ? "" : ` (${messageOf(problem)})`}. Set it to a shorter path.`,
    { param: "runtimeDir", cause: problem },
  );
}
