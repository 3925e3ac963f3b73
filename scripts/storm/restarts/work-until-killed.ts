import { setTimeout as pause } from "node:timers/promises";
import type { LabState } from "../../../src/server/state/state-file.js";
import { askJson } from "../ask-json.js";
import { sendCall } from "../send-call.js";
import type { Phase, Round } from "./kill-plan.js";
import type { RacedServer } from "./raced-server.js";

/** Milliseconds a model may take to load before something is generated. */
const loadMs = 30_000;
const generations = 4;

/** Brings the server into the phase of the round and kills it there. Returns what went wrong before that. */
export async function workUntilKilled(
  { url, ownerKey }: Pick<LabState, "url" | "ownerKey">,
  server: RacedServer,
  { phase, afterMs, freezes }: Round,
  signal: AbortSignal,
): Promise<string[]> {
  const troubles: string[] = [];
  const load = (model: string): Promise<string | null> => post("/models/load", { model_id: model });
  if (phase !== "load") troubles.push(...sentence(await load("sample")));
  const work = begin(phase);
  await pause(afterMs);
  const wasAlive = server.isAlive;
  const killed = server.kill(freezes);
  if (!wasAlive && phase !== "end") troubles.push("the server ended before it was killed");
  await Promise.all([killed, work]);
  return troubles;

  /** What the server refused; what breaks off because it was killed is no trouble. */
  async function post(path: string, body: Readonly<Record<string, unknown>>): Promise<string | null> {
    try {
      const { status, json } = await askJson(url, ownerKey, "POST", path, body, loadMs);
      return status === 200 ? null : `POST ${path} answered ${status}: ${JSON.stringify(json)}`;
    } catch (error) {
      return server.isKilled ? null : `POST ${path} broke off: ${(error as Error).message}`;
    }
  }

  async function begin(what: Phase): Promise<void> {
    if (what === "end") server.signal("SIGTERM");
    else if (what === "load") troubles.push(...sentence(await load("sample-b")));
    else if (what === "publish") troubles.push(...sentence(await post("/publish", {})));
    else await Promise.all(Array.from({ length: generations }, generate));
  }

  /** A prompt without an end, so that the kill comes while it is answered. */
  async function generate(): Promise<void> {
    const body = { prompt: "The endless river", max_length: 400, stream: true };
    const call = {
      kind: "stream",
      method: "POST",
      path: "/generate",
      body,
      limitMs: loadMs,
      leaveAfter: null,
    } as const;
    const { end, isAllowed } = await sendCall(url, ownerKey, call, signal);
    if (!isAllowed && !(end === "cut off" && server.isKilled)) troubles.push(`a stream ended with ${end}`);
  }
}

const sentence = (problem: string | null): string[] => (problem === null ? [] : [problem]);
