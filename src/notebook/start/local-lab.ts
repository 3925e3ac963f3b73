/** A lab on this machine: held while this process lives, asked with the owner's key, and stopped for good. */
import { connect as connectPort } from "node:net";
import type { LabState } from "../../server/state/state-file.js";
import type { StopResponse } from "../../server/wire/lab.js";
import { ConnectedLab } from "../connected-lab.js";
import { Connection } from "../connection.js";
import { bytesText, durationText } from "../displays/units.js";
import type { StopReceipt } from "../lab.js";
import { LabRequestError } from "../request-error.js";
import { type Holder, holdServer } from "./holder.js";
import { waitForEnd } from "./server-process.js";

export interface LocalLab {
  readonly lab: ConnectedLab;
  readonly state: LabState;
  /** For what only the owner may ask. */
  readonly connection: Connection;
}

/** Milliseconds a server gets to end after it answered that it stops. */
const endTimeoutMs = 10_000;

/** The labs this process holds, by the server's process. */
const held = new Map<string, Promise<LocalLab>>();

/** The one `Lab` of this process for this server. Holds the server from now on. */
export function localLab(state: LabState): Promise<LocalLab> {
  const key = `${state.pid} ${state.processStart}`;
  const known = held.get(key);
  if (known !== undefined) return known;
  const lab = attach(state, () => held.delete(key));
  held.set(key, lab);
  lab.catch(() => held.delete(key));
  return lab;
}

async function attach(state: LabState, forget: () => void): Promise<LocalLab> {
  const connection = new Connection(state.url, state.ownerKey);
  const holder = await holdServer(state.url, state.ownerKey);
  void holder.lost.then(forget);
  const lab = await ConnectedLab.connect(state.url, state.apiKey ?? undefined, {
    ownerKey: state.ownerKey,
    logFile: state.logFile,
    ending: () => stopServer(state, connection, holder, forget),
  });
  return { lab, state, connection };
}

/** Stops the server and says what ended. A server that is gone already has ended too. */
async function stopServer(
  state: LabState,
  connection: Connection,
  holder: Holder,
  forget: () => void,
): Promise<StopReceipt> {
  forget();
  const answer = await connection
    .json<StopResponse>("POST", "/stop", { body: {}, waitSeconds: 0, silenceSeconds: 0 })
    .catch((error: unknown) => {
      if (error instanceof LabRequestError && error.status === null) return undefined;
      throw error;
    });
  const hasEnded = await waitForEnd(state, endTimeoutMs);
  holder.release();
  connection.close();
  if (!hasEnded) {
    throw new LabRequestError(
      "lab_not_stopped",
      `The lab at ${state.url} was told to stop, but its process ${state.pid} still runs. End it with: kill -9 ${state.pid}`,
    );
  }
  return receipt(state, answer, await isFree(state.url));
}

function receipt(state: LabState, answer: StopResponse | undefined, portFree: boolean): StopReceipt {
  const port = Number(new URL(state.url).port);
  const ended = [
    answer?.model_id ? `Model ${answer.model_id} unloaded, ${bytesText(answer.freed_bytes)} came back.` : "",
    answer && answer.cancelled_requests > 0 ? `${answer.cancelled_requests} requests cancelled.` : "",
    answer
      ? `Server ended after ${durationText(answer.uptime_seconds * 1000)} (process ${state.pid}).`
      : `The server had ended already (process ${state.pid}).`,
    portFree ? `Port ${port} is free.` : `Port ${port} is in use by another program now.`,
  ];
  return {
    url: state.url,
    server_stopped: true,
    port: portFree ? port : null,
    freed_bytes: answer?.freed_bytes ?? null,
    ended: ended.filter((sentence) => sentence !== ""),
  };
}

/** True when nothing listens there any more. */
function isFree(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connectPort(Number(port), hostname.replace(/^\[|\]$/g, ""));
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", () => resolve(true));
  });
}
