/** The thread that holds Jupyter's channels, as the cells' thread sees it. */
import { Worker } from "node:worker_threads";
import type { ChannelsData } from "../channels/channels-main.js";
import type { ToCells, ToChannels } from "../channels/thread-messages.js";

/** Longest wait at the kernel's end for what is still to be sent. */
const closeMs = 500;

export class ChannelsThread {
  /** Resolves when Jupyter can reach the kernel; rejects with a sentence, for example when a port is taken. */
  readonly bound: Promise<void>;
  /** Rejects when the thread died; never resolves. */
  readonly lost: Promise<never>;
  readonly #worker: Worker;
  readonly #early: ToCells[] = [];
  #take = (message: ToCells): void => void this.#early.push(message);

  constructor(data: ChannelsData) {
    const worker = new Worker(new URL("../channels/channels-main.js", import.meta.url), { workerData: data });
    this.#worker = worker;
    this.lost = new Promise((_, reject) => worker.once("error", reject));
    this.bound = new Promise((resolve, reject) => {
      this.lost.catch(reject);
      worker.on("message", (message: ToCells) => {
        if (message.type === "bound") resolve();
        else if (message.type === "refused") reject(new Error(message.why));
        else this.#take(message);
      });
    });
  }

  readonly post = (message: ToChannels): void => this.#worker.postMessage(message);

  /** Who gets what Jupyter wants from now on; what came before comes first. */
  take(take: (message: ToCells) => void): void {
    this.#take = take;
    for (const message of this.#early.splice(0)) take(message);
  }

  /** Sends what waits and lets go of the sockets, without giving anything else a turn: for the process's last moment. */
  closeNow(): void {
    const closed = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.post({ type: "close", closed });
    Atomics.wait(closed, 0, 0, closeMs);
  }
}
