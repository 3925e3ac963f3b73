/**
 * Holds a server through one open connection for as long as this process lives.
 *
 * The connection keeps neither the process nor a cell waiting; when the kernel dies, in whatever way, it closes and
 * the server begins to linger.
 */
import type { Connection } from "../client/connection.js";

/** Seconds a server gets to say that it is held: one that runs says so at once. */
const usualAnswerSeconds = 15;

export interface Holder {
  /** Resolves when the server let go: it ended, or stopped answering. */
  readonly lost: Promise<void>;
  /** Lets go of the server. */
  release(): void;
}

/** Resolves once the server knows that it is held. Rejects when it does not answer as it should, or not in time. */
export async function holdServer(connection: Connection, answerSeconds: number = usualAnswerSeconds): Promise<Holder> {
  const call = { waitSeconds: 0, headSeconds: answerSeconds, silenceSeconds: 0 };
  const response = await connection.open("GET", "/attach", call);
  const lost = new Promise<void>((resolve) => response.once("close", () => resolve()));
  // held: from now on the connection keeps no process alive
  response.socket.unref();
  response.on("error", () => {});
  // reading is what notices the end
  response.resume();
  return { lost, release: () => response.destroy() };
}
