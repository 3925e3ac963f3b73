/** Calls that take as long as they take, for as long as the server says anything at all. */
import type { Health } from "../../server/wire/system.js";
import { inKernel } from "../kernel/kernel.js";
import type { Connection } from "./connection.js";
import { LabRequestError } from "./request-error.js";

/** Milliseconds without any answer after which a server counts as hung. */
const usualSilenceMs = 60_000;
/** Milliseconds between two looks. */
const usualPauseMs = 10_000;

export interface WatchOptions {
  /** Ends the call when it fires. */
  readonly signal: AbortSignal;
  /** Milliseconds between two looks. Default 10000. */
  readonly pauseMs?: number;
  /** Milliseconds without any answer after which the call is given up. Default 60000. */
  readonly silenceMs?: number;
  /** Gets what the server says meanwhile. */
  readonly onHealth?: (health: Health) => void;
}

/**
 * The outcome of `call`, which has no deadline of its own: a load, a batch. The server is asked how it is meanwhile.
 *
 * Ends the call and fails with `connection_lost` when the server said nothing for a minute.
 */
export async function whileAnswering<Answer>(
  connection: Connection,
  { signal, pauseMs = usualPauseMs, silenceMs = usualSilenceMs, onHealth }: WatchOptions,
  call: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  let isOver = false;
  let heardAt = performance.now();
  const look = async (): Promise<void> => {
    const quiet = { waitSeconds: 0, headSeconds: silenceMs / 1000, signal: both };
    const health = await connection.json<Health>("GET", "/health", quiet).catch(isAnswer);
    if (isOver) return;
    if (health !== undefined) heardAt = performance.now();
    if (health !== undefined && "state" in health) onHealth?.(health);
    if (performance.now() - heardAt > silenceMs) ending.abort();
    else timer = later(look, pauseMs);
  };
  let timer = later(look, pauseMs);
  try {
    return await call(both);
  } catch (error) {
    throw ending.signal.aborted && !signal.aborted ? connection.silence(silenceMs / 1000) : error;
  } finally {
    isOver = true;
    clearTimeout(timer);
    ending.abort();
  }
}

/** A refusal is an answer too: a server that says no is there. */
const isAnswer = (error: unknown): object | undefined =>
  error instanceof LabRequestError && error.status !== null ? {} : undefined;

function later(look: () => Promise<void>, pauseMs: number): NodeJS.Timeout {
  const timer = setTimeout(() => void look(), pauseMs);
  return inKernel() ? timer.unref() : timer;
}
