/**
 * Which slot a request gets, where the beginning of its prompt comes from, and what must be kept of what leaves.
 *
 * Pure: numbers of tokens go in, a choice with its reason comes out. Who is of another key shares nothing, so neither
 * counts nor times tell one key how another's prompt began.
 */

/** What there is of one slot. */
export interface SlotFacts {
  readonly id: number;
  readonly isBusy: boolean;
  /** Tokens it holds. */
  readonly held: number;
  /** Of these, the tokens at the beginning that the prompt begins with too; 0 where they are another key's. */
  readonly shared: number;
  /** Of these, the ones that the request may build on. */
  readonly usable: number;
  /** Prompt tokens of the last request in it: what it holds beyond them is an answer. */
  readonly promptLength: number;
  /** False where what it holds can neither be copied nor kept: windows that slid, layers that only know the last token. */
  readonly isMovable: boolean;
  /** True when all it holds is kept outside of it as well. */
  readonly isKept: boolean;
  /** Grows with each use of any slot; 0 for one that holds nothing yet. */
  readonly lastUse: number;
}

/** A conversation that left its slot and is kept, of the same key. */
export type KeptFacts = Pick<SlotFacts, "id" | "held" | "usable">;

export interface SlotQuestion {
  readonly slots: readonly SlotFacts[];
  readonly kept: readonly KeptFacts[];
  readonly promptLength: number;
  /** Tokens per slot. */
  readonly context: number;
}

/** Where the beginning of the prompt comes from: the slot itself, another slot, what was kept, or nowhere. */
export type Source =
  | { readonly from: "slot" | "nowhere"; readonly tokens: number }
  | { readonly from: "other slot" | "kept"; readonly id: number; readonly tokens: number };

export interface SlotChoice {
  readonly slot: number;
  readonly because: "it holds this conversation" | "it loses nothing" | "it was unused for longest";
  /** True when what the slot holds now is a conversation that would be lost. */
  readonly mustKeep: boolean;
}

/** Tokens of a conversation that may be lost without it counting as another: the end of an answer is often cut. */
const mostLost = 16;
/** Tokens in common that decide anything: the heads of all chats are alike. */
const leastShared = 8;
/** A copy takes as long as reading one token for so many of context. Measured: 9.5 ms at 2,048, 36 ms at 8,192. */
const contextPerCopiedToken = 512;
/** A kept conversation is put back whole: as long as reading one token for so many. Measured: 12 to 30 ms for 1,000. */
const keptPerReadToken = 32;

/** The slot; null when all are busy. */
export function chooseSlot(question: Pick<SlotQuestion, "slots" | "promptLength">): SlotChoice | null {
  const target = targetOf(question);
  if (target === null) return null;
  const { slot, because } = target;
  const isOwn = because === "it holds this conversation";
  const lost = slot.held - slot.shared;
  return { slot: slot.id, because, mustKeep: slot.isMovable && !isOwn && !slot.isKept && lost > mostLost };
}

interface Target {
  readonly slot: SlotFacts;
  readonly because: SlotChoice["because"];
}

/**
 * The slot that holds this conversation, else the one unused for longest. Among those that lose nothing the one that
 * leaves the fewest gaps between busy slots goes first: the decoder reads all weights once per run of neighbours (one
 * gap in 8 streams costs a quarter).
 */
function targetOf({ slots, promptLength }: Pick<SlotQuestion, "slots" | "promptLength">): Target | null {
  const free = slots.filter(({ isBusy }) => !isBusy);
  const own = free.filter((slot) => isSameConversation(slot, promptLength));
  own.sort((one, other) => other.shared - one.shared || one.id - other.id);
  if (own[0] !== undefined) return { slot: own[0], because: "it holds this conversation" };
  const cheap = free.filter(({ held, isKept }) => isKept || held <= mostLost);
  const runs = new Map(cheap.map((slot) => [slot.id, runsWith(slot, slots)]));
  const gaps = ({ id }: SlotFacts): number => runs.get(id) ?? 0;
  cheap.sort((one, other) => gaps(one) - gaps(other) || one.lastUse - other.lastUse || one.id - other.id);
  if (cheap[0] !== undefined) return { slot: cheap[0], because: "it loses nothing" };
  free.sort((one, other) => one.lastUse - other.lastUse || one.id - other.id);
  return free[0] === undefined ? null : { slot: free[0], because: "it was unused for longest" };
}

/**
 * True when the prompt goes on where the slot ended, but for a few tokens; or when all of the slot's prompt stays and
 * most of what it holds: the answer is written otherwise there (thoughts left out, other tokens for the same text), or
 * is asked for anew.
 */
function isSameConversation({ held, shared, promptLength }: SlotFacts, newLength: number): boolean {
  if (Math.min(shared, newLength - 1) < leastShared) return false;
  const lost = held - shared;
  return lost <= mostLost || (shared >= promptLength && newLength >= promptLength && lost <= shared);
}

/**
 * Where the beginning of the prompt comes from for a request that got this slot: the slot's own memory, unless another
 * holds so much more of the prompt that moving it is worth its time.
 */
export function chooseSource(slotId: number, { slots, kept, context }: SlotQuestion): Source {
  const own = slots.find(({ id }) => id === slotId)?.usable ?? 0;
  let best: Source = own >= leastShared ? { from: "slot", tokens: own } : { from: "nowhere", tokens: 0 };
  for (const { id, usable, isMovable } of slots) {
    const gain = usable - best.tokens;
    const isWorthIt = gain >= (best.from === "other slot" ? 1 : worthCopying(context));
    if (id !== slotId && isMovable && isWorthIt) best = { from: "other slot", id, tokens: usable };
  }
  for (const { id, held, usable } of kept) {
    const gain = usable - best.tokens;
    const isWorthIt =
      gain >= (best.from === "kept" ? 1 : Math.max(2 * leastShared, Math.ceil(held / keptPerReadToken)));
    if (isWorthIt) best = { from: "kept", id, tokens: usable };
  }
  return best;
}

/** Tokens that a copy must save to be worth its time. */
export const worthCopying = (context: number): number =>
  Math.max(leastShared, Math.ceil(context / contextPerCopiedToken));

/** Runs of neighbouring busy slots if this one were busy too. */
function runsWith(slot: SlotFacts, slots: readonly SlotFacts[]): number {
  const busy = new Set(slots.filter(({ id, isBusy }) => isBusy || id === slot.id).map(({ id }) => id));
  return [...busy].filter((id) => !busy.has(id - 1)).length;
}
