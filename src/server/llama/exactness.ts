import type { Exactness } from "../engine/engine.js";

/** What exactness depends on. */
export interface ExactnessFacts {
  readonly onCpu: boolean;
  readonly flashAttention: boolean;
  /** Threads that a step may get at most. */
  readonly mostThreads: number;
  /** `general.file_type` of the file; undefined where it does not say. */
  readonly fileType: number | undefined;
  /** True for models that keep a state instead of positions, in all or some of their layers. */
  readonly isRecurrent: boolean;
  /** True for models some of whose layers see the last positions only. */
  readonly hasWindow: boolean;
  /** True for models that send each row through a few of many parts. */
  readonly hasExperts: boolean;
}

/**
 * Weights with which an answer was the same to the last bit in all scenarios of `exact-scenarios.ts`. Others are
 * not: a row alone is multiplied in another order than two (16 and 32 bits), or than four and more (Q2_K to Q4_K). Source of
 * the numbers: llama.h, `llama_ftype`.
 */
const exactTypes: ReadonlyMap<number, string> = new Map([
  [2, "Q4_0"],
  [3, "Q4_1"],
  [7, "Q8_0"],
  [8, "Q5_0"],
  [9, "Q5_1"],
  [16, "Q5_K_S"],
  [17, "Q5_K_M"],
  [18, "Q6_K"],
]);

/** Whether a request for exactness gets the same answer to the last bit whoever runs beside it, and why. */
export function exactness(facts: ExactnessFacts): Exactness {
  const no = (reason: string): Exactness => ({ holds: false, reason });
  if (!facts.onCpu)
    return no("On a graphics processor the last bits depend on what else is computed in the same step.");
  if (facts.isRecurrent) return no("The model is a recurrent one, for which this was not tested.");
  if (facts.hasWindow) return no("The model has a sliding window, for which this was not tested.");
  if (facts.hasExperts) return no("The model is a mixture of experts, for which this was not tested.");
  const type = facts.fileType === undefined ? undefined : exactTypes.get(facts.fileType);
  if (type === undefined) {
    return no(
      `It holds for weights of the types ${[...exactTypes.values()].join(", ")}; those of this file are others.`,
    );
  }
  if (facts.flashAttention && facts.mostThreads > 1) {
    return no("The model needs flash attention, which adds up in as many parts as there are threads.");
  }
  const price = facts.flashAttention
    ? ""
    : " Flash attention is off for it: prompts of a thousand tokens take about a fifth longer to read.";
  return { holds: true, reason: `Weights of ${type} on ${threadsText(facts.mostThreads)}.${price}` };
}

const threadsText = (threads: number): string => (threads === 1 ? "one thread" : `up to ${threads} threads`);
