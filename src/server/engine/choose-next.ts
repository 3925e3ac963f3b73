/** Whose turn it is. Pure: what waits and what runs goes in, the choice and its reason come out. */

/** Whose a request is. */
export interface Who {
  readonly key: string;
  readonly isOwner: boolean;
}

export interface QueueView {
  /** In the order of arrival. */
  readonly waiting: readonly Who[];
  /** Those that have a slot. */
  readonly running: readonly Who[];
  readonly slots: number;
  /**
   * True: one of two or more slots is for the owner only, and of three or more the last of the others is for a key that
   * has none.
   */
  readonly keepsOwnerSlot: boolean;
  /** Tokens a key has in flight or was served lately; 0 for an unknown key. */
  readonly tokensOf: (key: string) => number;
}

export interface Choice {
  /** Place in `waiting`; null when nothing may start now. */
  readonly index: number | null;
  readonly reason: string;
}

/**
 * Who starts next: the owner in his own slot, else the first of the key with the fewest tokens, then with the fewest
 * slots, then that came first.
 *
 * While several keys wait, none has more than half of the slots, at least one: who comes next finds a place soon. While
 * a slot is kept for the owner, one is kept for a key that has none as well.
 */
export function chooseNext(view: QueueView): Choice {
  const { waiting, running, slots } = view;
  if (waiting.length === 0) return { index: null, reason: "nothing waits" };
  if (running.length >= slots) return { index: null, reason: "every slot is taken" };
  const keeps = view.keepsOwnerSlot && slots >= 2;
  const ownerWaits = waiting.findIndex(({ isOwner }) => isOwner);
  if (keeps && ownerWaits >= 0 && !running.some(({ isOwner }) => isOwner)) {
    return { index: ownerWaits, reason: "the owner's slot is free" };
  }
  const strangers = running.filter(({ isOwner }) => !isOwner).length;
  const forStrangers = keeps ? Math.min(slots - 1 - strangers, slots - running.length) : slots - running.length;
  const strangersMayStart = forStrangers > 0;
  // nothing takes a slot back from an answer of an hour, so a key that has one leaves the last to others
  const keepsLast = keeps && slots >= 3 && forStrangers === 1;
  const most = mostSlots(view);
  const slotsOf = (key: string): number => running.filter((one) => one.key === key).length;
  const mayStart = ({ key, isOwner }: Who): boolean =>
    slotsOf(key) < most && (isOwner || (strangersMayStart && !(keepsLast && slotsOf(key) > 0)));
  const firsts = firstOfEachKey(waiting).filter(({ one }) => mayStart(one));
  const ranked = firsts.sort(
    (one, other) =>
      view.tokensOf(one.one.key) - view.tokensOf(other.one.key) ||
      slotsOf(one.one.key) - slotsOf(other.one.key) ||
      one.index - other.index,
  );
  const [best] = ranked;
  if (best !== undefined) return { index: best.index, reason: "its key has the fewest tokens" };
  if (!strangersMayStart && ownerWaits < 0) return { index: null, reason: "the free slot is the owner's" };
  if (keepsLast) return { index: null, reason: "the free slot is for a key that has none" };
  return { index: null, reason: "each key that waits has its half of the slots" };
}

/** Slots that one key may have now. */
function mostSlots({ waiting, slots }: QueueView): number {
  const keys = new Set(waiting.map(({ key }) => key)).size;
  return keys > 1 ? Math.max(1, Math.floor(slots / 2)) : slots;
}

function firstOfEachKey(waiting: readonly Who[]): { readonly one: Who; readonly index: number }[] {
  const seen = new Set<string>();
  return waiting.flatMap((one, index) => {
    if (seen.has(one.key)) return [];
    seen.add(one.key);
    return [{ one, index }];
  });
}

/**
 * Who leaves a full queue so that one of `key` gets in: the last of the key that has most in it. Null when `key` would
 * have as many itself: then it is the one to be refused. The owner is never sent away.
 */
export function whoMakesRoom(waiting: readonly Who[], key: string): number | null {
  const counts = new Map<string, number>();
  for (const one of waiting) if (!one.isOwner) counts.set(one.key, (counts.get(one.key) ?? 0) + 1);
  const mine = waiting.filter((one) => one.key === key).length;
  const [heaviest] = [...counts].sort(([, one], [, other]) => other - one);
  if (heaviest === undefined || heaviest[0] === key || heaviest[1] <= mine + 1) return null;
  return waiting.findLastIndex((one) => one.key === heaviest[0]);
}

/**
 * The order in which those who wait would start if one slot after the other became free: their places, as indexes into
 * `waiting`. `costs` are the tokens that each adds to its key.
 */
export function servingOrder(
  waiting: readonly Who[],
  costs: readonly number[],
  tokensOf: (key: string) => number,
  ownerFirst: boolean,
): number[] {
  const queues = new Map<string, number[]>();
  waiting.forEach(({ key }, index) => {
    const queue = queues.get(key);
    if (queue === undefined) queues.set(key, [index]);
    else queue.push(index);
  });
  const owner = ownerFirst ? waiting.find(({ isOwner }) => isOwner)?.key : undefined;
  const keys = [...queues].map(([key, indexes]) => ({ key, indexes, at: 0, tokens: tokensOf(key) }));
  const order: number[] = [];
  while (order.length < waiting.length) {
    const left = keys.filter(({ indexes, at }) => at < indexes.length);
    const nextOf = (one: (typeof keys)[0]): number => one.indexes[one.at] as number;
    const best = left.reduce((one, other) => {
      if (order.length === 0 && (one.key === owner || other.key === owner)) return one.key === owner ? one : other;
      return other.tokens < one.tokens || (other.tokens === one.tokens && nextOf(other) < nextOf(one)) ? other : one;
    });
    const index = nextOf(best);
    best.at += 1;
    best.tokens += costs[index] ?? 0;
    order.push(index);
  }
  return order;
}
