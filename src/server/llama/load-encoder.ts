import type { LlamaModel } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import { longestAutoText } from "../engine/context-bytes.js";
import type { EngineOptions, LoadedModel } from "../engine/local/messages.js";
import { reclaimableMemoryBytes } from "../machine/container.js";
import { type EmbeddingCard, embeddingCard } from "../prompts/embedding-cards.js";
import { bytesForContext, refusalSentence } from "./context-plan.js";
import { EncoderContext } from "./encoder-context.js";
import { endTokensOf } from "./end-tokens.js";
import { LoadFailed } from "./load-failed.js";
import { usefulThreads } from "./load-model.js";
import type { NativeLog } from "./native-log.js";
import { type OpenModel, openModel, weightFacts } from "./open-model.js";
import { specialTokens } from "./special-tokens.js";
import { StepGate } from "./step-gate.js";
import { Tokenizer } from "./tokenize.js";
import { Vocabulary } from "./vocabulary.js";

/** Share of a load that reading the file is. */
const fileShare = 0.9;
/** Everything that is needed to measure texts. */
export interface EncoderInMemory {
  readonly open: OpenModel;
  readonly encoder: EncoderContext;
  readonly gate: StepGate;
  readonly vocabulary: Vocabulary;
  readonly tokenizer: Tokenizer;
  readonly card: EmbeddingCard;
  readonly facts: LoadedModel;
}

/** Loads a model for embeddings or a reranker; `onProgress` gets growing shares from 0 to 1. Throws `LoadFailed`. */
export async function loadEncoder(
  options: EngineOptions,
  log: NativeLog,
  onProgress: (fraction: number) => void,
): Promise<EncoderInMemory> {
  const startedAt = performance.now();
  const open = await openModel(options, log, (fraction) => onProgress(fraction * fileShare));
  const { llama, model } = open;
  const threads = usefulThreads(options.threads, model.size);
  llama.maxThreads = threads;
  if (options.purpose === "embed") refuseUnpooled(model);
  const tokens = longestText(options.context, model.trainContextSize);
  const encoder = await createEncoder(open, options, { tokens, threads }, log);
  const vocabulary = new Vocabulary(model);
  const tokenizer = new Tokenizer(model, specialTokens(model, vocabulary.size, endTokensOf(model)));
  const card = embeddingCard(namesOf(model));
  onProgress(1);
  const facts: LoadedModel = {
    context: tokens,
    ...(await weightFacts(llama, model)),
    threads,
    exact: { holds: true, reason: "Every text is computed alone." },
    loadMs: performance.now() - startedAt,
    chatTemplate: null,
    reasoning: null,
    vectors:
      options.purpose === "embed"
        ? {
            dimensions: numberOf(model, "embedding_length_out") || model.embeddingVectorSize,
            shorter: card.shorter,
            inputTypes: Object.keys(card.prefixes),
          }
        : undefined,
  };
  return { open, encoder, gate: new StepGate({ mostThreads: threads }), vocabulary, tokenizer, card, facts };
}

/** Tokens of the longest text: no more than the model has places for, which end where it was trained. */
export function longestText(wanted: number | "auto", trained: number): number {
  const most = trained > 0 ? trained : longestAutoText;
  return Math.min(wanted === "auto" ? longestAutoText : wanted, most);
}

async function createEncoder(
  { llama, model, before }: OpenModel,
  { purpose }: EngineOptions,
  { tokens, threads }: { readonly tokens: number; readonly threads: number },
  log: NativeLog,
): Promise<EncoderContext> {
  const weights = llama.gpu === false ? model.size : 0;
  const freeBytes = bytesForContext({ before, after: reclaimableMemoryBytes(), weights });
  const isRanking = purpose === "rank";
  if (freeBytes === 0) throw new LoadFailed("out-of-memory", refusalSentence(1, tokens, "no memory is free for it"));
  // on a processor it rounds keys and values to half precision: scores were off by a thousandth
  const ways = llama.gpu === false ? [false] : [true, false];
  let failure: unknown;
  for (const flashAttention of ways) {
    log.forget();
    try {
      return await EncoderContext.create(model, { tokens, threads, flashAttention, isRanking });
    } catch (error) {
      failure = error;
    }
  }
  throw new LoadFailed("out-of-memory", refusalSentence(1, tokens, log.reason() ?? messageOf(failure)), failure);
}

/** Pooling "none" and "unspecified". Source: llama.h, `llama_pooling_type`. */
const noPooling: ReadonlySet<number> = new Set([-1, 0, 2 ** 32 - 1]);

/** What the library gives for a text of such a model is the vector of its last token, which was not trained for it. */
function refuseUnpooled(model: LlamaModel): void {
  const pooling = numberOf(model, "pooling_type");
  if (pooling !== null && !noPooling.has(pooling)) return;
  throw new LoadFailed(
    "bad-file",
    `The file does not say how one vector is made of a text: it has no ${model.architecture}.pooling_type. Convert the model anew.`,
  );
}

/** A number that the header says of this kind of model; null where it says none. */
function numberOf(model: LlamaModel, key: string): number | null {
  const shape = model.fileInfo.architectureMetadata as unknown as Readonly<Record<string, unknown>> | undefined;
  const value = shape?.[key];
  return typeof value === "number" ? value : null;
}

/** What its makers call it. */
function namesOf(model: LlamaModel): string[] {
  const { name, basename } = (model.fileInfo.metadata?.general ?? {}) as { name?: unknown; basename?: unknown };
  return [name, basename].filter((one) => typeof one === "string");
}
