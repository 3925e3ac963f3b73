/** Stops the server of a lab on this machine and says what ended. */
import { connect as connectPort } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { isSameProcess } from "../../server/state/process-identity.js";
import type { LabState } from "../../server/state/state-file.js";
import type { StopRequest, StopResponse } from "../../server/wire/lab.js";
import type { Connection } from "../client/connection.js";
import { LabRequestError } from "../client/request-error.js";
import { bytesText, durationText } from "../displays/units.js";
import type { StopReceipt } from "../lab/lab.js";
import { waitForEnd } from "./server-process.js";

/** How long each step may take. */
export interface StopLimits {
  /** Seconds running requests get to finish, 0 to 3600. Default: the server's own, 10. */
  readonly drainSeconds?: number | undefined;
  /** Seconds a server gets, beyond what running requests get, to answer that it stops. Default 15. */
  readonly answerSeconds?: number;
  /** Milliseconds its process gets to end after that, before it is ended by force. Default 10000. */
  readonly endTimeoutMs?: number;
}

/** What the server gives running requests by itself; see `StopRequest`. */
const usualDrainSeconds = 10;
/** Milliseconds a look at the port may take. */
const lookTimeoutMs = 2000;
/** Milliseconds until the port of a process that has ended counts as another program's, and between two looks. */
const freeTimeoutMs = 2000;
const freePauseMs = 50;
/** Milliseconds that a server which did not answer gets after that. */
const unheardMs = 1000;
/** Milliseconds until a killed process is gone. */
const killTimeoutMs = 5000;

/**
 * Stops the server, whatever state it is in: one that does not answer, or does not end, is ended by force.
 *
 * A server that is gone already has ended too. Fails with `lab_not_stopped` when its process cannot be ended, and with
 * the server's own error when it refuses.
 */
export async function stopServer(
  state: LabState,
  connection: Connection,
  { drainSeconds, answerSeconds = 15, endTimeoutMs = 10_000 }: StopLimits = {},
): Promise<StopReceipt> {
  const body: StopRequest = drainSeconds === undefined ? {} : { drain_seconds: drainSeconds };
  const headSeconds = (drainSeconds ?? usualDrainSeconds) + answerSeconds;
  const answer = await connection
    .json<StopResponse>("POST", "/stop", { body, waitSeconds: 0, headSeconds })
    .catch((error: unknown) => {
      if (error instanceof LabRequestError && error.status === null) return undefined;
      throw error;
    });
  // one that has not even heard of it within its time needs no more
  const isOver = await waitForEnd(state, answer === undefined ? Math.min(endTimeoutMs, unheardMs) : endTimeoutMs);
  if (!isOver && !(await endByForce(state))) {
    throw new LabRequestError(
      "lab_not_stopped",
      `The lab at ${state.url} was told to stop, but its process ${state.pid} still runs. End it with: kill -9 ${state.pid}`,
    );
  }
  return receipt(state, answer, !isOver, await becomesFree(state.url));
}

/** Kills the server's process, and no other that has its number by now; false when it still runs. */
async function endByForce(state: LabState): Promise<boolean> {
  if (!isSameProcess(state.pid, state.processStart)) return true;
  try {
    process.kill(state.pid, "SIGKILL");
  } catch {
    // it has ended meanwhile, or belongs to another user: the next line finds out
  }
  return waitForEnd(state, killTimeoutMs);
}

function receipt(state: LabState, answer: StopResponse | undefined, byForce: boolean, portFree: boolean): StopReceipt {
  const port = Number(new URL(state.url).port);
  const ended = [
    answer?.model_id ? `Model ${answer.model_id} unloaded, ${bytesText(answer.freed_bytes)} came back.` : "",
    answer?.public_url ? `${answer.public_url} is closed.` : "",
    answer && answer.cancelled_requests > 0 ? `${answer.cancelled_requests} requests cancelled.` : "",
    endText(state, answer, byForce),
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

function endText({ pid }: LabState, answer: StopResponse | undefined, byForce: boolean): string {
  if (byForce) return `The server did not end in time and was ended by force (process ${pid}).`;
  return answer
    ? `Server ended after ${durationText(answer.uptime_seconds * 1000)} (process ${pid}).`
    : `The server had ended already (process ${pid}).`;
}

/** True once nothing listens there any more; false when something still does after a while. */
async function becomesFree(url: string): Promise<boolean> {
  const deadline = performance.now() + freeTimeoutMs;
  // threads of a killed process may hold its sockets for a moment longer than the process can be seen
  while (!(await isFree(url))) {
    if (performance.now() > deadline) return false;
    await pause(freePauseMs);
  }
  return true;
}

/** True when nothing listens there. */
function isFree(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connectPort(Number(port), hostname.replace(/^\[|\]$/g, ""));
    const end = (isFree: boolean): void => {
      socket.destroy();
      resolve(isFree);
    };
    socket.setTimeout(lookTimeoutMs, () => end(true));
    socket.once("connect", () => end(false));
    socket.once("error", () => end(true));
  });
}
