/**
 * The connections of one listener, and which of them makes room when there are too many.
 *
 * All clients on this machine have the same address, so there no address has a share: the connection that was idle
 * longest closes, and the new one opens.
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

export interface PoolLimits {
  /** Connections that are kept open. */
  readonly most: number;
  /** Those of one address on another machine. */
  readonly mostOfOneAddress: number;
}

export class ConnectionPool {
  readonly #limits: PoolLimits;
  readonly #addresses = new Map<string, Set<Socket>>();
  /** Longest idle first. */
  readonly #idle = new Set<Socket>();
  /** Those with a request, its beginning longest ago first. */
  readonly #busy = new Map<Socket, IncomingMessage>();

  constructor(limits: PoolLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#idle.size + this.#busy.size;
  }

  /** A new connection. Closes an older one, or this one, where there are too many. */
  open(socket: Socket): void {
    const address = addressOf(socket);
    const neighbours = this.#addresses.get(address);
    const isMany = !isLocal(address) && (neighbours?.size ?? 0) >= this.#limits.mostOfOneAddress;
    if (isMany || this.size >= this.#limits.most) {
      const oldest = this.#longestIdle((other) => !isMany || neighbours?.has(other) === true);
      if (oldest === undefined) {
        socket.destroy();
        return;
      }
      // its "close" comes a turn later, and until then it would be chosen again
      this.#forget(oldest);
      oldest.destroy();
    }
    this.#addresses.set(address, (this.#addresses.get(address) ?? new Set()).add(socket));
    this.#idle.add(socket);
    socket.once("close", () => this.#forget(socket));
  }

  /** The connection brought a request. */
  begin(socket: Socket, request: IncomingMessage): void {
    this.#idle.delete(socket);
    // anew, so that the longest served stays first
    this.#busy.delete(socket);
    if (!socket.destroyed) this.#busy.set(socket, request);
  }

  /** Nothing of the connection is served any more. */
  rest(socket: Socket): void {
    this.#busy.delete(socket);
    if (!socket.destroyed) this.#idle.add(socket);
  }

  /** One without a request, else one that has not sent the whole of it; undefined when all are served. */
  #longestIdle(among: (socket: Socket) => boolean): Socket | undefined {
    for (const socket of this.#idle) if (among(socket)) return socket;
    for (const [socket, { complete }] of this.#busy) if (!complete && among(socket)) return socket;
    return undefined;
  }

  #forget(socket: Socket): void {
    this.#idle.delete(socket);
    this.#busy.delete(socket);
    const address = addressOf(socket);
    const neighbours = this.#addresses.get(address);
    neighbours?.delete(socket);
    if (neighbours?.size === 0) this.#addresses.delete(address);
  }
}

/** Node keeps it after the end of the connection once it was asked for. */
const addressOf = (socket: Socket): string => socket.remoteAddress ?? "";

/** An address of this machine, a socket file among them. */
const isLocal = (address: string): boolean => address === "" || /^(?:::ffff:)?127\.|^::1$/.test(address);
