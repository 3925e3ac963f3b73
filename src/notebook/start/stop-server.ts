/** Stops the server of a lab on this machine and says what ended. */
import { connect as connectPort } from "node:net";
import type { LabState } from "../../server/state/state-file.js";
import type { StopRequest, StopResponse } from "../../server/wire/lab.js";
import type { Connection } from "../client/connection.js";
import { LabRequestError } from "../client/request-error.js";
import { bytesText, durationText } from "../displays/units.js";
import type { StopReceipt } from "../lab/lab.js";
import { waitForEnd } from "./server-process.js";

/** Milliseconds a server gets to end after it answered that it stops. */
const endTimeoutMs = 10_000;
/** Seconds a server gets, beyond what running requests get, to answer that it stops. */
const answerSeconds = 30;
/** What the server gives running requests by itself; see `StopRequest`. */
const usualDrainSeconds = 10;

/**
 * Stops the server. Running requests get `drainSeconds`, 0 to 3600, to finish; without it the server's own default.
 *
 * A server that is gone already has ended too. Fails with `lab_not_stopped` when its process does not end.
 */
export async function stopServer(state: LabState, connection: Connection, drainSeconds?: number): Promise<StopReceipt> {
  const body: StopRequest = drainSeconds === undefined ? {} : { drain_seconds: drainSeconds };
  const headSeconds = (drainSeconds ?? usualDrainSeconds) + answerSeconds;
  const answer = await connection
    .json<StopResponse>("POST", "/stop", { body, waitSeconds: 0, silenceSeconds: 0, headSeconds })
    .catch((error: unknown) => {
      if (error instanceof LabRequestError && error.status === null) return undefined;
      throw error;
    });
  if (!(await waitForEnd(state, endTimeoutMs))) {
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
    answer?.public_url ? `${answer.public_url} is closed.` : "",
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
