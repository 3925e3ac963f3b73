/** One request on its slot: what it is, and what it works with. */
import type { LlamaModel, Token } from "node-llama-cpp";
import type { GenerationRequest } from "../engine/request.js";
import type { NativeContext } from "./native-context.js";
import type { PromptTokens } from "./prompts.js";
import type { Samplers } from "./samplers.js";
import type { SlotMemory } from "./slot-memory.js";
import type { Slot } from "./slots.js";
import type { StepGate } from "./step-gate.js";
import type { StepLoop } from "./step-loop.js";
import type { StepOutbox } from "./step-outbox.js";
import type { Thoughts } from "./thoughts.js";
import type { TokenLimit } from "./token-limit.js";
import type { TokenSets } from "./token-sets.js";
import type { ToolCalls } from "./tool-calls.js";
import type { Vocabulary } from "./vocabulary.js";

/** What decoding needs and all requests share. */
export interface DecodeResources {
  readonly model: LlamaModel;
  readonly vocabulary: Vocabulary;
  readonly tokenSets: TokenSets;
  readonly native: NativeContext;
  readonly steps: StepLoop;
  readonly samplers: Samplers;
  readonly memory: SlotMemory;
  readonly outbox: StepOutbox;
  readonly gate: StepGate;
  /** How the model thinks. */
  readonly thoughts: Thoughts;
  /** How it calls tools. */
  readonly calls: ToolCalls;
  /** Whether a token ends an answer. */
  readonly isEnd: (token: Token) => boolean;
  /** Whether a sequence can forget its last tokens: recurrent models and sliding windows cannot. */
  readonly canGoBack: boolean;
  /** Tokens per slot. */
  readonly context: number;
}

/** One request that has its slot. */
export interface SlotTask {
  readonly id: number;
  readonly request: GenerationRequest;
  readonly prompt: PromptTokens;
  readonly slot: Slot;
  readonly limit: TokenLimit;
  readonly signal: AbortSignal;
}
