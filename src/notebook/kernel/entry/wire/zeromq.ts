/** The sockets of Jupyter's five channels, made by the zeromq that tslab brings. */
import { createRequire } from "node:module";
import type { Address, Channel } from "./connection-file.js";

/** What is used of a zeromq socket. */
export interface Socket extends AsyncIterable<Buffer[]> {
  bind(address: string): Promise<void>;
  send(frames: readonly (Buffer | string)[]): Promise<void>;
  close(): void;
  linger: number;
}

interface ZeroMq {
  readonly Router: new (options: { handover: boolean }) => Socket;
  readonly Publisher: new (options: { sendHighWaterMark: number }) => Socket;
  readonly Reply: new () => Socket;
}

export type Sockets = Readonly<Record<Channel, Socket>>;

/** How long a closed socket may still send what waits in it. */
const lingerMs = 300;

/**
 * Opens and binds all five.
 *
 * Rejects with a sentence that names the channel and the address when one cannot be bound; Jupyter chooses ports before
 * the kernel starts, so another program may have taken one since.
 */
export async function bindSockets(addressOf: Address): Promise<Sockets> {
  const fromHere = createRequire(import.meta.url);
  const { Router, Publisher, Reply } = createRequire(fromHere.resolve("tslab/package.json"))("zeromq") as ZeroMq;
  const router = (): Socket => new Router({ handover: true });
  const sockets: Sockets = {
    shell: router(),
    control: router(),
    stdin: router(),
    // without a limit: at its limit a publisher drops what it should send
    iopub: new Publisher({ sendHighWaterMark: 0 }),
    heartbeat: new Reply(),
  };
  for (const [channel, socket] of Object.entries(sockets) as [Channel, Socket][]) {
    socket.linger = lingerMs;
    const address = addressOf(channel);
    try {
      await socket.bind(address);
    } catch (error) {
      const isTaken = (error as { code?: string }).code === "EADDRINUSE";
      const why = isTaken ? "is taken by another program" : `cannot be used: ${(error as Error).message}`;
      throw new Error(`The ${channel} address ${address} ${why}. Start the kernel again: Jupyter chooses other ports.`);
    }
  }
  return sockets;
}
