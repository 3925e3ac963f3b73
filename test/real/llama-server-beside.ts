/** Our server and a llama-server of the same libraries, side by side on the starter model. */
import { ensureLlamaServer } from "../../scripts/llama-server/ensure-llama-server.mjs";
import { LlamaServerProcess } from "../../scripts/llama-server/llama-server-process.js";
import { skipNotice, skippedParts } from "../../scripts/setup/skip.mjs";
import type { RealServer } from "../support/real-server.js";
import { isStarterModelSkipped, starterModelPath } from "../support/starter-model.js";
import { startStarterServer } from "../support/starter-server.js";

/** One token of llama-server's answer, and the two that were likeliest in its place. */
export interface TheirToken {
  readonly id: number;
  readonly bytes: readonly number[];
  readonly top_logprobs: readonly { readonly logprob: number }[];
}

export interface Beside {
  readonly ours: RealServer;
  /** Which of the engine's libraries for a processor both run. */
  readonly cpuLibrary: string;
  /** Where llama-server is. */
  readonly theirUrl: URL;
  /** The answer of our server. Throws when it refuses. */
  askOurs(path: string, body: unknown): Promise<Record<string, unknown>>;
  /** The answer of llama-server. Throws when it refuses. */
  askTheirs(path: string, body: unknown): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** Whether these tests are to be left out; says so where they are. */
export function isBesideSkipped(): boolean {
  const isSkipped = skippedParts().has("llama-server");
  if (isSkipped) console.log(`      ${skipNotice("llama-server")}`);
  return isSkipped || isStarterModelSkipped();
}

/** Starts both, four slots of 2048 tokens and one thread each. Builds llama-server first where there is none (minutes). */
export async function startBeside(): Promise<Beside> {
  const [slots, context, threads] = [4, 2048, 1];
  const { path: program } = await ensureLlamaServer({ log: console.log });
  const model = await starterModelPath();
  const theirs = new LlamaServerProcess({ program, model, slots, context, threads }, new AbortController().signal);
  try {
    const url = await theirs.ready();
    const ours = await startStarterServer({ slots, context, threads });
    return {
      ours,
      theirUrl: new URL(url),
      cpuLibrary: theirs.cpuLibrary(),
      askOurs: async (path, body) => {
        const { status, text, json } = await ours.post(path, body);
        if (status !== 200) throw new Error(`POST ${path} answered ${status}: ${text}`);
        return json;
      },
      askTheirs: async (path, body) => {
        const reply = await fetch(new URL(path, url), { method: "POST", body: JSON.stringify(body) });
        if (!reply.ok) throw new Error(`POST ${path} of llama-server answered ${reply.status}: ${await reply.text()}`);
        return (await reply.json()) as Record<string, unknown>;
      },
      stop: async () => {
        await Promise.all([ours.stop(), theirs.stop()]);
      },
    };
  } catch (error) {
    await theirs.stop();
    throw error;
  }
}

/**
 * Where our answer leaves llama-server's, and how much likelier, as a difference of logarithms, its token was there than the
 * next one; null where it does not. An answer that ends inside a character has lost that character.
 */
export function partingOf(answer: string, theirs: readonly TheirToken[]): { at: number; gap: number } | null {
  const ours = Buffer.from(answer);
  let place = 0;
  for (const [
    at,
    {
      bytes,
      top_logprobs: [first, second],
    },
  ] of theirs.entries()) {
    const piece = ours.subarray(place, place + bytes.length);
    if (!piece.equals(Buffer.from(bytes).subarray(0, piece.length))) {
      return { at, gap: (first?.logprob ?? 0) - (second?.logprob ?? Number.NEGATIVE_INFINITY) };
    }
    place += bytes.length;
  }
  return null;
}
