import { setTimeout as pause } from "node:timers/promises";
import type { Health } from "../../src/server/wire/system.js";
import type { LabProcess } from "../bench/lab-process.js";
import { residentBytes } from "../bench/resident-bytes.js";
import type { Target } from "../bench/target.js";
import { askJson, healthPatienceMs } from "./ask-json.js";
import { descendantsOf, processes, type TreeProcess } from "./process-tree.js";
import { sendCall } from "./send-call.js";
import type { StormSeen } from "./storm-verdict.js";

/** Milliseconds the server may take to find that nothing runs any more, and to end hung engines. */
const calmMs = 20_000;

/** Requests that each engine of a storm answers at once. */
export const slots = 2;

/** What is seen once all clients have gone. */
export interface StormAftermath
  extends Pick<StormSeen, "serverLived" | "calmMs" | "lastAnswers" | "hung" | "leftBehind"> {
  readonly bytes: number;
}

export interface StormDoor {
  readonly pid: number;
  readonly url: string;
  readonly ownerKey: string;
  readonly target: Target;
  readonly models: readonly string[];
}

/** Waits until the server is calm, asks every model once, ends the server, and looks for what it left. */
export async function stormAftermath(
  lab: LabProcess,
  { pid, url, ownerKey, target, models }: StormDoor,
): Promise<StormAftermath> {
  const name = ({ pid: number, command }: TreeProcess): string => `process ${number}: ${command.slice(0, 120)}`;
  const isStopped = ({ state }: TreeProcess): boolean => state.startsWith("T");
  const began = performance.now();
  let calm = false;
  let stopped = descendantsOf(pid).filter(isStopped);
  while (lab.isAlive && performance.now() - began < calmMs && !(calm && stopped.length === 0)) {
    await pause(200);
    const health = await askJson(url, ownerKey, "GET", "/health", null, healthPatienceMs).catch(() => null);
    const { slots: busy, waiting } = (health?.json ?? { slots: { busy: -1 }, waiting: -1 }) as Health;
    calm = busy.busy === 0 && waiting === 0;
    stopped = descendantsOf(pid).filter(isStopped);
  }
  const quiet = performance.now() - began;
  const lastAnswers = new Map<string, string>();
  for (const model of models) lastAnswers.set(model, await lastCall(lab, url, ownerKey, model));
  const serverLived = lab.isAlive;
  const bytes = serverLived ? await serverBytes(pid, target) : Number.NaN;
  const below = descendantsOf(pid);
  await lab.stop(false);
  await pause(500);
  const left = new Set(
    processes()
      .filter(({ state }) => !state.startsWith("Z"))
      .map(({ pid: number }) => number),
  );
  const leftBehind = below.filter((one) => left.has(one.pid));
  return {
    serverLived,
    calmMs: calm ? quiet : null,
    lastAnswers,
    hung: stopped.map(name),
    leftBehind: leftBehind.map(name),
    bytes,
  };
}

/** One request to a model when all is over; an engine that is starting again is waited for. */
async function lastCall(lab: LabProcess, url: string, key: string, model: string): Promise<string> {
  const began = performance.now();
  for (;;) {
    if (!lab.isAlive) return "nothing: the server had ended";
    const load = await askJson(url, key, "POST", "/models/load", { model_id: model }, calmMs).catch(() => null);
    const body = { prompt: "The sea", model_id: model, max_length: 5, max_time: 10 };
    const call = {
      kind: "generate",
      method: "POST",
      path: "/generate",
      body,
      limitMs: 12_000,
      leaveAfter: null,
    } as const;
    // as many at once as there are slots: none of them may be lost
    const calls = Array.from({ length: slots }, () => sendCall(url, key, call, new AbortController().signal));
    const ends = (await Promise.all(calls)).map(({ end: one }) => one);
    const end = ends.find((one) => one !== "answer") ?? "answer";
    if (end === "answer") return end;
    if (performance.now() - began > calmMs) return `${end}, and its load ${load?.status ?? "no end"}`;
    await pause(500);
  }
}

/** Resident bytes of the server after it collected its garbage. */
export async function serverBytes(pid: number, target: Target): Promise<number> {
  process.kill(pid, "SIGUSR2");
  await pause(100);
  await target.get("/health");
  return residentBytes(pid);
}
