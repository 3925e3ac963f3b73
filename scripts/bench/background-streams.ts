import { measureStream } from "./measure-stream.js";
import type { Prompts } from "./prompts.js";
import type { Target } from "./target.js";

/** Tokens of one background answer: long, so that a stream rarely ends and begins anew while something is measured. */
const tokensEach = 1500;

/**
 * Runs `use` while that many streams are decoding; each begins anew when it ends. All have gone when this resolves.
 *
 * Throws what `use` throws, or what ended a stream.
 */
export async function withStreams<Result>(
  target: Target,
  prompts: Prompts,
  streams: number,
  use: () => Promise<Result>,
): Promise<Result> {
  const leave = new AbortController();
  const keepAsking = async (onFirst: () => void): Promise<void> => {
    while (!leave.signal.aborted) {
      const onText = (count: number): void => (count === 1 ? onFirst() : undefined);
      await measureStream(target, prompts.next(4), tokensEach, { onText, signal: leave.signal });
    }
  };
  const firsts: Promise<void>[] = [];
  const running = Array.from({ length: streams }, () => {
    const { promise, resolve } = withResolvers();
    firsts.push(promise);
    return keepAsking(resolve);
  });
  // rejects when a stream breaks off; that one is seen before `use` can wait for it forever
  const broken = Promise.all(running).then(() => new Promise<never>(() => {}));
  try {
    await Promise.race([Promise.all(firsts), broken]);
    return await Promise.race([use(), broken]);
  } finally {
    leave.abort();
    await Promise.allSettled(running);
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
