import { freemem } from "node:os";
import type { Llama, LlamaContext, LlamaModel } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { EngineOptions } from "../engine/local/messages.js";
import type { Batching } from "./batching.js";
import { hopelessContextBytes } from "./hopeless-context.js";
import { LoadFailed } from "./load-failed.js";
import type { NativeLog } from "./native-log.js";

/** Tokens per slot that "auto" starts from. */
const autoContext = 4096;

/** Tokens per slot below which "auto" gives up. */
const leastAutoContext = 512;

/** Rows of a batch at least. Source: node-llama-cpp `getDefaultContextBatchSize`. */
const leastBatch = 512;

interface ContextPlan {
  readonly options: EngineOptions;
  readonly prefillChunk: number;
  readonly batching: Batching;
  readonly log: NativeLog;
}

/** A context and the tokens per slot that were agreed on; the context itself may be padded to more. */
export interface CreatedContext {
  readonly context: LlamaContext;
  readonly tokensPerSlot: number;
}

/**
 * A context with one sequence per slot.
 *
 * "auto" halves down from 4096 (or the trained context) to 512 for as long as memory is short; a number is taken or
 * refused as `out-of-memory` with the numbers.
 */
export async function createContext(llama: Llama, model: LlamaModel, plan: ContextPlan): Promise<CreatedContext> {
  let failure: unknown;
  const sizes = contextSizes(plan.options.context, model.trainContextSize);
  for (const tokensPerSlot of sizes) {
    plan.log.forget();
    try {
      refuseHopeless(model, tokensPerSlot, plan);
      return { context: await createWithOrWithoutFlash(model, tokensPerSlot, plan), tokensPerSlot };
    } catch (error) {
      failure = error;
    }
  }
  throw await outOfMemory(llama, model, plan, sizes.at(-1) as number, failure);
}

function refuseHopeless(model: LlamaModel, tokensPerSlot: number, { options }: ContextPlan): void {
  const bytes = hopelessContextBytes(model, tokensPerSlot * options.slots);
  if (bytes !== null) throw new HopelessContext(bytes);
}

class HopelessContext extends Error {
  readonly bytes: number;

  constructor(bytes: number) {
    super("more than this machine could ever hold");
    this.bytes = bytes;
  }
}

/** Tokens per slot to try, best first. */
function contextSizes(wanted: EngineOptions["context"], trained: number): number[] {
  if (wanted !== "auto") return [wanted];
  const sizes = [trained > 0 ? Math.min(autoContext, trained) : autoContext];
  for (let half = (sizes[0] as number) / 2; half >= leastAutoContext; half /= 2) sizes.push(Math.floor(half));
  return sizes;
}

async function outOfMemory(
  llama: Llama,
  model: LlamaModel,
  plan: ContextPlan,
  tokens: number,
  cause: unknown,
): Promise<LoadFailed> {
  const need = cause instanceof HopelessContext ? cause.bytes : await estimateBytes(model, tokens, plan);
  const free = llama.gpu === false ? freemem() : (await llama.getVramState()).free;
  return new LoadFailed(
    "out-of-memory",
    `${plan.options.slots} slots of ${tokens} tokens need ${need === null ? "more memory" : `about ${gib(need)}`}, and ` +
      `${gib(free)} are free (${plan.log.reason() ?? messageOf(cause)}). Ask for a smaller context or fewer slots.`,
    cause,
  );
}

async function createWithOrWithoutFlash(model: LlamaModel, tokens: number, plan: ContextPlan): Promise<LlamaContext> {
  const create = (flashAttention: boolean): Promise<LlamaContext> =>
    model.createContext({
      sequences: plan.options.slots,
      contextSize: tokens,
      batchSize: Math.max(leastBatch, plan.prefillChunk + plan.options.slots),
      threads: plan.options.threads,
      flashAttention,
      failedCreationRemedy: false,
      batching: { itemPrioritizationStrategy: plan.batching.strategy },
    });
  const { InsufficientMemoryError } = await import("node-llama-cpp");
  try {
    return await create(true);
  } catch (error) {
    if (error instanceof InsufficientMemoryError) throw error;
    plan.log.forget();
    return await create(false);
  }
}

/** What the context would take, in bytes; null when the library cannot tell. */
async function estimateBytes(model: LlamaModel, tokens: number, plan: ContextPlan): Promise<number | null> {
  try {
    const estimate = await model.fileInsights.estimateContextResourceRequirementsV2({
      contextSize: tokens,
      sequences: plan.options.slots,
      modelGpuLayers: model.gpuLayers,
      batchSize: leastBatch,
      flashAttention: true,
    });
    return estimate.cpuRam + estimate.gpuVram;
  } catch {
    return null;
  }
}

/** Bytes as GiB (IEC 80000-13). */
function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
