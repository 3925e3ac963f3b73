/** The same request in nine kinds of company and with nine kinds of memory: whether each answer is the one given alone. */
import { type Asked, type AskOptions, anyTokens, type ExactBench } from "./exact-bench.js";

/** Sixteen slots are needed. */
export const scenarioSlots = 16;

/** Prompts around a piece of 128, exactly two, and one that passes 512 positions, from where on threads share a row. */
const lengths = [300, 129, 600, 128, 127, 60, 199, 256];

/** Scenarios in which the answer was another one, the last bit of a probability included; empty where it holds. */
export async function differences(bench: ExactBench, seed: number, newTokens: number): Promise<string[]> {
  const prompt = anyTokens(lengths[seed % lengths.length] ?? 300, seed + 3);
  const options: AskOptions = { temperature: 0.8, seed: 100 + seed, newTokens };
  const different: string[] = [];
  const fresh = async (id: number): Promise<void> => void (await bench.ask(id, anyTokens(5, 99), { newTokens: 1 }));
  const ask = (id: number): Promise<Asked> => bench.ask(id, prompt, options);
  await fresh(0);
  const alone = await ask(0);
  const check = (scenario: string, asked: Asked): void => {
    if (!isSame(alone, asked)) different.push(scenario);
  };

  check("all of it remembered", await ask(0));
  await bench.ask(1, [...prompt.slice(0, 190), ...anyTokens(30, 9)], { exact: false, newTokens: 3 });
  check("a beginning remembered", await ask(1));
  await bench.ask(1, [...prompt.slice(0, 50), ...anyTokens(9, 8)], { exact: false, newTokens: 3 });
  await bench.ask(1, prompt, { exact: false, newTokens: 3 });
  check("read by one who does not care", await ask(1));
  for (const upTo of [130, 255, 299]) {
    if (upTo >= prompt.length) continue;
    await bench.copy(0, 5, upTo);
    check(`a copy up to ${upTo}`, await ask(5));
  }

  const stop = new AbortController();
  // next to each other, or the decoder would compute them apart
  const others: Promise<unknown>[] = [1, 2, 3, 4, 5, 6].map((id) =>
    bench.ask(id, anyTokens(9 * id, 50 + id), { exact: false, temperature: 1, newTokens: 900, signal: stop.signal }),
  );
  await fresh(0);
  check("beside six that write", await ask(0));
  for (const id of [8, 9]) others.push(readOn(bench, id, stop.signal));
  await fresh(7);
  check("beside six that write and two that read", await ask(7));
  stop.abort();
  await Promise.all(others);

  for (const neighbours of [1, 3, 15]) {
    const near = Array.from({ length: neighbours }, (_, n) =>
      bench.ask(n + 1, anyTokens(40 + 13 * n, n + seed), { exact: false, temperature: 1, newTokens }),
    );
    check(`with ${neighbours} neighbours`, await ask(0));
    await Promise.all(near);
  }
  return different;
}

/** Reads one prompt after the other. */
async function readOn(bench: ExactBench, id: number, signal: AbortSignal): Promise<void> {
  for (let round = 0; !signal.aborted; round += 1) {
    const prompt = anyTokens(90 + 83 * (id % 2) + ((31 * round) % 300), 70 + id + round);
    await bench.ask(id, prompt, { exact: false, newTokens: 3, signal });
  }
}

const isSame = (one: Asked, other: Asked): boolean =>
  one.tokens.length === other.tokens.length &&
  one.tokens.every((token, index) => token === other.tokens[index]) &&
  one.notes.every((note, index) => Object.is(note, other.notes[index]));
