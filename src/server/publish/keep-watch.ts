/** Looks at what a publication rests on for as long as it is open, and has it mended. What to do when is in watch.ts. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../async/message-of.js";
import { settlesWithin } from "../async/within.js";
import type { Log } from "../log.js";
import { isBroken, nextWatchStep, type WatchRule } from "./watch.js";

export interface Watched {
  /** "agent", "listener" or "address". */
  readonly name: string;
  readonly rule: WatchRule;
  /** Code and sentence for the owner while it is broken. */
  readonly problem: WatchProblem;
  /** Resolves when it can be looked at, or when the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** Resolves when it is proven; rejects with what is wrong. */
  look(signal: AbortSignal): Promise<void>;
  heal(because: string): Promise<void>;
}

export interface WatchProblem {
  readonly code: string;
  readonly message: string;
}

export interface Watch {
  /** What is broken now, the first of it; undefined when all is proven. */
  readonly broken: (WatchProblem & { readonly since: Date }) | undefined;
  /** Looks at everything at once, because something changed: what the status says is not proven yet. */
  doubt(): void;
  /** Looks until the signal aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** One thing and what was seen of it. */
interface Post {
  readonly thing: Watched;
  lookedAtMs: number;
  misses: number;
  heals: number;
  healedAtMs: number | undefined;
  brokenSince: Date | undefined;
  wake: AbortController;
}

export function createWatch(things: readonly Watched[], log: Log): Watch {
  const posts = things.map(
    (thing): Post => ({
      thing,
      lookedAtMs: performance.now(),
      misses: 0,
      heals: 0,
      healedAtMs: undefined,
      brokenSince: undefined,
      wake: new AbortController(),
    }),
  );
  return {
    get broken() {
      const post = posts.find(({ brokenSince }) => brokenSince !== undefined);
      return post?.brokenSince && { ...post.thing.problem, since: post.brokenSince };
    },
    doubt: () => {
      for (const post of posts) {
        post.lookedAtMs = Number.NEGATIVE_INFINITY;
        post.wake.abort();
      }
    },
    run: async (signal) => {
      for (const post of posts) post.lookedAtMs = performance.now();
      await Promise.all(posts.map((post) => stand(post, signal, log)));
    },
  };
}

async function stand(post: Post, signal: AbortSignal, log: Log): Promise<void> {
  const { thing } = post;
  while (!signal.aborted) {
    const nowMs = performance.now();
    const healedMsAgo = post.healedAtMs === undefined ? undefined : nowMs - post.healedAtMs;
    const next = nextWatchStep({ ...post, lookedMsAgo: nowMs - post.lookedAtMs, healedMsAgo }, thing.rule);
    if (next.step === "wait") await pause(post, next.forMs, signal);
    else if (next.step === "look") await look(post, signal, log);
    else await heal(post, next.because, log);
  }
}

async function pause(post: Post, ms: number, signal: AbortSignal): Promise<void> {
  post.wake = new AbortController();
  await sleep(ms, undefined, { signal: AbortSignal.any([signal, post.wake.signal]) }).catch(() => {});
}

async function look(post: Post, signal: AbortSignal, log: Log): Promise<void> {
  const { thing } = post;
  await thing.ready(signal);
  if (signal.aborted) return;
  const wrong = await finding(thing, signal);
  // what was cut short proves nothing, neither way
  if (signal.aborted) return;
  post.lookedAtMs = performance.now();
  if (wrong === undefined) {
    if (post.brokenSince !== undefined) log.info(`the ${thing.name} of the publication is proven again`);
    Object.assign(post, { misses: 0, heals: 0, healedAtMs: undefined, brokenSince: undefined });
    return;
  }
  post.misses += 1;
  log.warn(`the ${thing.name} of the publication is not as it was`, { reason: wrong, looks: post.misses });
  if (isBroken(post, thing.rule)) post.brokenSince ??= new Date();
}

/** What is wrong with the thing; undefined when it is proven. */
async function finding(thing: Watched, signal: AbortSignal): Promise<string | undefined> {
  const over = new AbortController();
  const looked = thing.look(AbortSignal.any([signal, over.signal])).then(
    () => undefined,
    (error: unknown) => messageOf(error),
  );
  const isLate = !(await settlesWithin(thing.rule.withinMs, looked));
  // a server that was stopped itself hears answers that came meanwhile only after its timers
  const late = isLate ? nextTurn(`no answer within ${thing.rule.withinMs} ms`) : looked;
  const wrong = await Promise.race([looked, late]);
  over.abort();
  return wrong;
}

async function heal(post: Post, because: string, log: Log): Promise<void> {
  const { thing } = post;
  post.heals += 1;
  log.warn(`mending the ${thing.name} of the publication`, { because, time: post.heals });
  await thing.heal(because).catch((error: unknown) => log.warn(`mending the ${thing.name} did not help`, { error }));
  post.healedAtMs = performance.now();
}
