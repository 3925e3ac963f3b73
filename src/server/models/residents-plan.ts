/**
 * Which model goes and which comes when memory does not hold all that are wanted. Decides, and does nothing.
 *
 * All that wait are served within a bound: a model keeps its turn for as long as its load took, then it takes no new
 * requests as long as another one waits for its place.
 */
import { readableBytes } from "../engine/context-bytes.js";

/** A model that is wanted and not in memory. */
export interface Need {
  readonly model: string;
  /** Memory it takes, as far as its file tells. */
  readonly bytes: number;
  /** True when it was loaded by name: then it waits for no turn. */
  readonly isExplicit: boolean;
  /** True for a model that writes no text: it is small, and counts in bytes only. Default false. */
  readonly isExtra?: boolean;
}

/** A model in memory, or one that is leaving it. */
export interface Occupant {
  /** Two of them may have the same model: one is being replaced by the other. */
  readonly key: string;
  readonly model: string;
  readonly bytes: number;
  /** Requests that run or wait in it. */
  readonly requests: number;
  /** Milliseconds since the last request ended, or since it was loaded. */
  readonly idleMs: number;
  /** Milliseconds since it was loaded. */
  readonly readyMs: number;
  /** Milliseconds its load took. */
  readonly loadMs: number;
  readonly isPinned: boolean;
  readonly isLeaving: boolean;
  /** As a need's. */
  readonly isExtra?: boolean;
}

export interface Capacity {
  /** Most models in memory that write text, what leaves included; Infinity where only bytes count. */
  readonly models: number;
  /** Most bytes of all models together, as a setting says; Infinity where only the machine counts. */
  readonly bytes: number;
  /** Bytes that the machine has for one more model. */
  readonly freeBytes: number;
}

export type Step =
  | { readonly step: "load"; readonly because: string }
  /** End this one now, it is idle. */
  | { readonly step: "unload"; readonly key: string; readonly because: string }
  /** Give this one no new requests; it is ended once it is idle. */
  | { readonly step: "drain"; readonly key: string; readonly because: string }
  /** Look again after so many milliseconds; null: when something has changed. */
  | { readonly step: "wait"; readonly ms: number | null; readonly because: string }
  | { readonly step: "refuse"; readonly because: string };

/** The shortest turn in milliseconds: models that load at once would be swapped for every request otherwise. */
export const leastTurnMs = 2000;
/** A model that was idle for this long has no client in the middle of a conversation. */
export const idleGraceMs = 1000;
/**
 * How far over all memory that could be free a need is beyond hope: it is an estimate, and sliding windows and
 * recurrent layers take much less than it says.
 */
const hopelessFactor = 4;

/** One step for each need, first come first. Later ones use only room that an earlier one does not wait for. */
export function planSteps(needs: readonly Need[], occupants: readonly Occupant[], capacity: Capacity): Step[] {
  let left = capacity;
  let isBlocked = false;
  return needs.map((need) => {
    const step = nextStep(need, occupants, left);
    const isAtOnce = step.step === "load" || step.step === "refuse";
    if (isBlocked && !isAtOnce) return { step: "wait", ms: null, because: "another model was asked for before" };
    if (step.step !== "refuse") left = less(left, need);
    isBlocked ||= !isAtOnce;
    return step;
  });
}

export function nextStep(need: Need, occupants: readonly Occupant[], capacity: Capacity): Step {
  const lack = whatIsLacking(need, occupants, capacity);
  if (lack === null) {
    const others = occupants.filter(({ isLeaving }) => !isLeaving).length;
    return { step: "load", because: others === 0 ? "nothing else is in memory" : "there is room beside what is there" };
  }
  const staying = occupants.filter((one) => one.isPinned && one.model !== need.model);
  const leaving = occupants.find(({ isLeaving }) => isLeaving);
  if (whatIsLacking(need, staying, afterAll(occupants, staying, capacity)) !== null) {
    const isHopeless = need.bytes > hopelessFactor * afterAll(occupants, staying, capacity).freeBytes;
    // what could not be in memory even alone costs nobody a model
    const costsOthers = occupants.length > 0 && isHopeless;
    if (staying.length > 0) return { step: "refuse", because: `${lack}; ${keptInWords(staying)}` };
    if (need.bytes > capacity.bytes || costsOthers) return { step: "refuse", because: lack };
    // the number is an estimate: once nothing else is there the engine itself says whether it fits
    if (occupants.length === 0) return { step: "load", because: "nothing else is in memory" };
  }
  if (leaving !== undefined) return { step: "wait", ms: null, because: `"${leaving.model}" is leaving memory` };
  const isOfUse = (one: Occupant): boolean => {
    const rest = occupants.filter((other) => other !== one);
    return one.isExtra !== true || whatIsLacking(need, rest, afterAll(occupants, rest, capacity)) === null;
  };
  const leavers = occupants.filter((one) => !staying.includes(one)).sort(leastMissedFirst(need));
  // a small one stays where its leaving alone would help nobody
  const first = leavers.find(isOfUse) ?? leavers[0];
  return first === undefined ? { step: "refuse", because: lack } : makeRoom(need, first, lack);
}

/** Which models may not leave, as the end of a sentence. */
function keptInWords(staying: readonly Occupant[]): string {
  const names = staying.map(({ model }) => `"${model}"`).join(", ");
  return `${names} ${staying.length === 1 ? "is" : "are"} kept for a publication or a pass`;
}

function makeRoom(need: Need, first: Occupant, lack: string): Step {
  const turnLeftMs = Math.max(leastTurnMs, first.loadMs) - first.readyMs;
  if (first.requests > 0) {
    if (need.isExplicit || turnLeftMs <= 0) return { step: "drain", key: first.key, because: lack };
    return { step: "wait", ms: turnLeftMs, because: `"${first.model}" has its turn` };
  }
  const waitMs = Math.min(turnLeftMs, idleGraceMs - first.idleMs);
  if (need.isExplicit || waitMs <= 0) return { step: "unload", key: first.key, because: lack };
  return { step: "wait", ms: waitMs, because: `"${first.model}" was used a moment ago` };
}

/** An earlier version of the same model, then the idle one that was used longest ago, then the one longest in memory. */
function leastMissedFirst(need: Need): (a: Occupant, b: Occupant) => number {
  const rank = (one: Occupant): number => (one.model === need.model ? 0 : one.requests === 0 ? 1 : 2);
  const age = (one: Occupant): number => (one.requests === 0 ? one.idleMs : one.readyMs);
  return (a, b) => rank(a) - rank(b) || age(b) - age(a);
}

/** Why the model does not fit in now, as the end of a sentence; null when it does. */
function whatIsLacking(need: Need, occupants: readonly Occupant[], capacity: Capacity): string | null {
  const counted = occupants.filter(({ isExtra }) => isExtra !== true).length;
  if (need.isExtra !== true && counted >= capacity.models) {
    return `at most ${capacity.models} ${capacity.models === 1 ? "model is" : "models are"} kept in memory`;
  }
  const together = need.bytes + sum(occupants);
  if (together > capacity.bytes) {
    const others = occupants.length === 0 ? "" : `, ${readableBytes(together)} with what is there`;
    return `"${need.model}" needs about ${readableBytes(need.bytes)}${others}, and models may have ${readableBytes(capacity.bytes)}`;
  }
  if (need.bytes <= capacity.freeBytes) return null;
  const free =
    capacity.freeBytes > 0 ? `${readableBytes(capacity.freeBytes)} are free for it` : "no memory is free for it";
  return `"${need.model}" needs about ${readableBytes(need.bytes)}, and ${free}`;
}

/** The capacity once only `staying` are left. */
function afterAll(occupants: readonly Occupant[], staying: readonly Occupant[], capacity: Capacity): Capacity {
  return { ...capacity, freeBytes: capacity.freeBytes + sum(occupants) - sum(staying) };
}

function less(capacity: Capacity, { bytes, isExtra }: Need): Capacity {
  const { models, freeBytes } = capacity;
  const counts = isExtra === true ? 0 : 1;
  return { models: models - counts, bytes: capacity.bytes - bytes, freeBytes: freeBytes - bytes };
}

const sum = (occupants: readonly Occupant[]): number => occupants.reduce((total, { bytes }) => total + bytes, 0);
