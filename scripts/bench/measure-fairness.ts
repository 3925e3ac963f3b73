import { setTimeout as pause } from "node:timers/promises";
import type { NewPass } from "../../src/server/wire/passes.js";
import { askJson } from "../storm/ask-json.js";
import type { FairnessRow } from "./bench-report.js";
import { jainIndex } from "./jain-index.js";
import { measureStream } from "./measure-stream.js";
import { median } from "./percentile.js";
import type { Prompts } from "./prompts.js";
import type { Target } from "./target.js";

/** Requests that each of the greedy keys keeps under way: together far more than there are slots, and not alike. */
const greed = [3, 3, 4, 4, 8, 8, 16, 16];
/** Words of a prompt and tokens of an answer. */
const words = 8;
const tokensEach = 24;
/** Requests that end before tokens are counted, in turns of all that are under way: those of the first moment are over. */
const settleTurns = 1;
/** Milliseconds before a key that was refused for having too many asks again. */
const refusedMs = 100;

export interface FairnessPlan {
  readonly target: Target;
  readonly ownerKey: string;
  readonly prompts: Prompts;
  /** Requests that end while tokens are counted, in turns of all that are under way. */
  readonly turns: number;
  readonly signal: AbortSignal;
}

/** Eight keys that ask for more than there is, each differently much, and in their midst one that asks once. */
export async function measureFairness(plan: FairnessPlan): Promise<FairnessRow> {
  const { target, prompts, turns, signal } = plan;
  const keys = await Promise.all(greed.map((_, place) => newKey(plan, `greedy-${place}`)));
  const latecomer = target.withKey(await newKey(plan, "latecomer"));
  const leave = new AbortController();
  const tokens = greed.map(() => 0);
  const tookMs: number[] = [];
  const running = greed.flatMap((many, place) => {
    const asker = target.withKey(keys[place] ?? "");
    const keepAsking = async (): Promise<void> => {
      while (!leave.signal.aborted) {
        const began = performance.now();
        const onText = (): void => {
          tokens[place] = (tokens[place] ?? 0) + 1;
        };
        const isDone = await ask(asker, prompts.next(words), { onText, signal: leave.signal });
        if (isDone) tookMs.push(performance.now() - began);
      }
    };
    return Array.from({ length: many }, keepAsking);
  });
  // rejects when a stream breaks off, so that nobody waits for the rest of the window
  const broken = Promise.all(running).then(() => new Promise<never>(() => {}));
  try {
    return await Promise.race([watch(), broken]);
  } finally {
    leave.abort();
    await Promise.allSettled(running);
  }

  async function ended(turnsOfAll: number): Promise<void> {
    const wanted = tookMs.length + turnsOfAll * running.length;
    while (tookMs.length < wanted) await pause(10, undefined, { signal });
  }

  async function watch(): Promise<FairnessRow> {
    await ended(settleTurns);
    const before = [...tokens];
    tookMs.length = 0;
    const [{ firstTokenMs }] = await Promise.all([
      measureStream(latecomer, prompts.next(words), tokensEach),
      ended(turns),
    ]);
    const counted = tokens.map((count, place) => count - (before[place] ?? 0));
    const peerMs = median(tookMs);
    return {
      keys: greed.length,
      requestsAtOnce: greed,
      tokens: counted,
      jain: jainIndex(counted),
      latecomerMs: firstTokenMs,
      peerMs,
      ratio: firstTokenMs / peerMs,
    };
  }
}

async function newKey({ target, ownerKey }: FairnessPlan, name: string): Promise<string> {
  const { json } = await askJson(target.url.href, ownerKey, "POST", "/passes", { name });
  return (json as NewPass).key;
}

/** Whether it was answered to the end; false when it was refused for now or its client left. */
async function ask(
  target: Target,
  prompt: string,
  { onText, signal }: { onText: () => void; signal: AbortSignal },
): Promise<boolean> {
  try {
    await measureStream(target, prompt, tokensEach, { onText, signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    if (!(error instanceof Error) || !/ answered 429: /.test(error.message)) throw error;
    await pause(refusedMs);
    return false;
  }
}
