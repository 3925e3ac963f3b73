import type { Llama, LlamaContext, LlamaModel, Token } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { EngineOptions, LoadedModel } from "../engine/local/messages.js";
import { cpuQuota, reclaimableMemoryBytes, usableThreads } from "../machine/container.js";
import { markersOf } from "../prompts/reasoning-form.js";
import { chooseAttention } from "./choose-attention.js";
import { bytesForContext } from "./context-plan.js";
import { createContext } from "./create-context.js";
import { endTokensOf } from "./end-tokens.js";
import { type ExactnessFacts, exactness } from "./exactness.js";
import { findChat } from "./find-chat.js";
import { LoadFailed } from "./load-failed.js";
import { NativeContext } from "./native-context.js";
import type { NativeLog } from "./native-log.js";
import { openModel, weightFacts } from "./open-model.js";
import type { Chat } from "./prompts.js";
import { specialTokens } from "./special-tokens.js";
import { StepGate } from "./step-gate.js";
import { Thoughts } from "./thoughts.js";
import { Tokenizer } from "./tokenize.js";
import { ToolCalls } from "./tool-calls.js";
import { Vocabulary } from "./vocabulary.js";

/** Share of a load that reading the file is; the rest is the context and the chat template. */
const fileShare = 0.9;

/** Prompt tokens read in one step by default: the most that keeps other streams flowing. Measured on both. */
const defaultPrefillChunk = { cpu: 128, gpu: 512 };

/** Weights that keep a thread busy for longer than the threads wait for each other. */
const bytesPerThread = 32 * 2 ** 20;

/** Everything that is needed to generate. */
export interface ModelInMemory {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly native: NativeContext;
  /** Whether a sequence can forget its last tokens: recurrent models and sliding windows cannot. */
  readonly canGoBack: boolean;
  /** Length of the pieces in which prompts are read, in tokens. */
  readonly pieceTokens: number;
  readonly gate: StepGate;
  readonly vocabulary: Vocabulary;
  readonly tokenizer: Tokenizer;
  readonly chat: Chat;
  readonly thoughts: Thoughts;
  readonly calls: ToolCalls;
  /** Whether a token ends an answer. */
  readonly isEnd: (token: Token) => boolean;
  readonly facts: LoadedModel;
}

/** Loads a model; `onProgress` gets growing shares from 0 to 1. Throws `LoadFailed` with the reason. */
export async function loadModel(
  options: EngineOptions,
  log: NativeLog,
  onProgress: (fraction: number) => void,
): Promise<ModelInMemory> {
  const startedAt = performance.now();
  const { llama, model, before } = await openModel(options, log, (fraction) => onProgress(fraction * fileShare));
  const prefillChunk =
    options.prefillChunk === "auto" ? defaultPrefillChunk[llama.gpu === false ? "cpu" : "gpu"] : options.prefillChunk;
  const threads = usefulThreads(options.threads, model.size);
  llama.maxThreads = threads;
  const weights = model.size * (1 - shareOnGpu(model));
  const freeBytes = bytesForContext({ before, after: reclaimableMemoryBytes(), weights });
  const { flashAttention } = chooseAttention(llama.gpu === false, threads);
  const wish = { options: { ...options, threads }, prefillChunk, flashAttention, log, freeBytes };
  const { context, tokensPerSlot } = await createContext(llama, model, wish);
  onProgress((fileShare + 1) / 2);
  const vocabulary = new Vocabulary(model);
  const isEnd = endTokensOf(model);
  const tokenizer = new Tokenizer(model, specialTokens(model, vocabulary.size, isEnd));
  const chat = await chatOf(model, tokenizer, options.chatTemplate, log);
  const thoughts = new Thoughts(model, {
    template: chat.template?.source,
    tokens: tokenizer.special.map(({ text }) => text),
    render: (messages) => chat.template?.shown(messages) ?? null,
  });
  const calls = new ToolCalls(model, chat.template, {
    ends: tokenizer.special.filter(({ isEnd: ends }) => ends).map(({ text }) => text),
    thoughts: thoughts.form === null ? [] : markersOf(thoughts.form),
  });
  onProgress(1);
  const exactnessFacts = exactnessFactsOf(model, context, threads);
  const facts: LoadedModel = {
    context: tokensPerSlot,
    ...(await weightFacts(llama, model)),
    threads,
    exact: exactness(exactnessFacts),
    loadMs: performance.now() - startedAt,
    chatTemplate: chat.facts,
    reasoning: thoughts.facts,
  };
  const native = nativeContext(model, context);
  const gate = new StepGate({ mostThreads: threads });
  const { isRecurrent, hasWindow } = exactnessFacts;
  const read = { native, canGoBack: !isRecurrent && !hasWindow, pieceTokens: prefillChunk, gate };
  return { llama, model, ...read, vocabulary, tokenizer, chat, thoughts, calls, isEnd, facts };
}

function exactnessFactsOf(model: LlamaModel, context: LlamaContext, threads: number): ExactnessFacts {
  const { llama, fileInfo, fileInsights } = model;
  const { isRecurrent, isHybrid, swaSize } = fileInsights;
  const shape = fileInfo.architectureMetadata as unknown as Readonly<Record<string, unknown>> | undefined;
  return {
    onCpu: llama.gpu === false,
    flashAttention: context.flashAttention !== false,
    mostThreads: threads,
    fileType: fileInfo.metadata?.general?.file_type,
    isRecurrent: isRecurrent || isHybrid,
    hasWindow: swaSize !== undefined && swaSize !== null && swaSize > 0,
    hasExperts: Number(shape?.expert_count ?? 0) > 0,
  };
}

function nativeContext(model: LlamaModel, context: LlamaContext): NativeContext {
  try {
    return new NativeContext(model, context);
  } catch (error) {
    throw new LoadFailed("backend", messageOf(error), error);
  }
}

async function chatOf(
  model: LlamaModel,
  tokenizer: Tokenizer,
  given: string | undefined,
  log: NativeLog,
): Promise<Chat> {
  try {
    return await findChat(model, tokenizer, given, (message) => log.warn(message));
  } catch (error) {
    const whose = given === undefined ? "in the file" : "that was given";
    const reason = `The chat template ${whose} does not work: ${messageOf(error)}.`;
    throw new LoadFailed(given === undefined ? "bad-file" : "template", reason, error);
  }
}

/** Share of the layers that the graphics processor computes, 0 to 1. */
function shareOnGpu({ gpuLayers, fileInsights }: LlamaModel): number {
  return Math.min(1, gpuLayers / Math.max(1, fileInsights.totalLayers));
}

/**
 * Threads that make a model of this size faster and not slower, no more than the container may keep busy.
 *
 * Threads wait for each other at every layer. Where a layer is little work that costs more than it gives, and a
 * machine that is busy with other things makes each wait a time slice long: the 13 MB sample model decoded
 * 722 tokens a second with one thread and 17 with two on a busy machine of two cores.
 */
export function usefulThreads(threads: number, modelBytes: number, quota: number = cpuQuota()): number {
  return Math.min(usableThreads(threads, quota), Math.max(1, Math.floor(modelBytes / bytesPerThread)));
}
