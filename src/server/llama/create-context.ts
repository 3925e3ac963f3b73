import type { Llama, LlamaContext, LlamaModel } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { EngineOptions } from "../engine/local/messages.js";
import { memoryLimitBytes } from "../machine/container.js";
import { contextSizes, refusalSentence, type Shortage, shortageSentence } from "./context-plan.js";
import { hopelessContextBytes } from "./hopeless-context.js";
import { LoadFailed } from "./load-failed.js";
import type { NativeLog } from "./native-log.js";

/** Rows of a step at least: a round number that the engine's buffers are made for. */
const leastBatch = 128;

export interface ContextWish {
  readonly options: Pick<EngineOptions, "context" | "slots" | "threads">;
  readonly prefillChunk: number;
  /** Whether flash attention is tried first; where it is not possible, and only then, the other is taken. */
  readonly flashAttention: boolean;
  readonly log: NativeLog;
  /** Bytes of the machine's memory that the context may take. */
  readonly freeBytes: number;
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
 * refused as `out-of-memory` with the numbers. What does not fit is not tried: the kernel would kill the process.
 */
export async function createContext(llama: Llama, model: LlamaModel, wish: ContextWish): Promise<CreatedContext> {
  let failure: LoadFailed | undefined;
  for (const tokensPerSlot of contextSizes(wish.options.context, model.trainContextSize)) {
    const shortage = await shortageOf(llama, model, tokensPerSlot, wish);
    if (shortage !== null) {
      failure = new LoadFailed("out-of-memory", shortageSentence(wish.options.slots, tokensPerSlot, shortage));
      continue;
    }
    wish.log.forget();
    try {
      return { context: await createWithOrWithoutFlash(model, tokensPerSlot, wish), tokensPerSlot };
    } catch (error) {
      failure = await notCreated(llama, tokensPerSlot, wish, error);
    }
  }
  throw failure;
}

/** What is lacking for this context; null when it is worth trying. */
async function shortageOf(
  llama: Llama,
  model: LlamaModel,
  tokens: number,
  wish: ContextWish,
): Promise<Shortage | null> {
  const hopeless = hopelessContextBytes(model, tokens * wish.options.slots, memoryLimitBytes());
  if (hopeless !== null) return { need: hopeless, free: wish.freeBytes };
  const need = await estimateBytes(model, tokens, wish);
  if (need === null) return null;
  if (need.cpuRam > wish.freeBytes) return { need: need.cpuRam, free: wish.freeBytes };
  const gpuFree = llama.gpu === false ? 0 : (await llama.getVramState()).free;
  return need.gpuVram > gpuFree ? { need: need.gpuVram, free: gpuFree } : null;
}

async function notCreated(llama: Llama, tokens: number, wish: ContextWish, cause: unknown): Promise<LoadFailed> {
  const { InsufficientMemoryError } = await import("node-llama-cpp");
  const { slots } = wish.options;
  if (cause instanceof InsufficientMemoryError) {
    const free = llama.gpu === false ? wish.freeBytes : (await llama.getVramState()).free;
    return new LoadFailed("out-of-memory", shortageSentence(slots, tokens, { need: null, free }), cause);
  }
  const reason = wish.log.reason() ?? messageOf(cause);
  return new LoadFailed("out-of-memory", refusalSentence(slots, tokens, reason), cause);
}

async function createWithOrWithoutFlash(model: LlamaModel, tokens: number, wish: ContextWish): Promise<LlamaContext> {
  const create = (flashAttention: boolean): Promise<LlamaContext> =>
    model.createContext({
      sequences: wish.options.slots,
      contextSize: tokens,
      batchSize: batchSize(wish),
      threads: wish.options.threads,
      flashAttention,
      failedCreationRemedy: false,
    });
  const { InsufficientMemoryError } = await import("node-llama-cpp");
  try {
    return await create(wish.flashAttention);
  } catch (error) {
    if (error instanceof InsufficientMemoryError) throw error;
    wish.log.forget();
    return await create(!wish.flashAttention);
  }
}

/** What the context would take, in bytes; null when the library cannot tell. It remembers the answer for `create`. */
async function estimateBytes(
  model: LlamaModel,
  tokens: number,
  wish: ContextWish,
): Promise<{ readonly cpuRam: number; readonly gpuVram: number } | null> {
  try {
    return await model.fileInsights.estimateContextResourceRequirementsV2({
      contextSize: tokens,
      sequences: wish.options.slots,
      modelGpuLayers: model.gpuLayers,
      batchSize: batchSize(wish),
      flashAttention: wish.flashAttention,
    });
  } catch {
    return null;
  }
}

function batchSize({ prefillChunk, options }: ContextWish): number {
  return Math.max(leastBatch, prefillChunk, options.slots);
}
