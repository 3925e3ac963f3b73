import type { EvaluationPriority, LlamaModel, Token } from "node-llama-cpp";
import type { Finished } from "../engine/local/messages.js";
import type { GenerationRequest } from "../engine/request.js";
import type { Batching } from "./batching.js";
import { Detokenizer } from "./detokenizer.js";
import type { PromptTokens } from "./prompts.js";
import { penaltyWindow, samplingOptions } from "./sampling.js";
import type { Slot } from "./slots.js";
import type { StepOutbox } from "./step-outbox.js";
import { StopMatcher } from "./stop-matcher.js";
import type { TokenLimit } from "./token-limit.js";
import type { Vocabulary } from "./vocabulary.js";

/** What generating needs that is the same for all requests. */
export interface Workshop {
  readonly model: LlamaModel;
  readonly vocabulary: Vocabulary;
  readonly batching: Batching;
  readonly outbox: StepOutbox;
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

/** Runs one request to its end and reports all of it to the outbox; throws only unforeseen errors. */
export async function generateOnSlot(workshop: Workshop, task: SlotTask): Promise<void> {
  const { tokens } = task.prompt;
  const cachedTokens = await reusePrefix(workshop, task);
  const maxTokens = Math.min(task.request.maxTokens, workshop.context - tokens.length);
  workshop.outbox.started({ id: task.id, slot: task.slot.id, promptTokens: tokens.length, cachedTokens, maxTokens });
  if (task.limit.isAwaited) workshop.outbox.flush();
  await task.limit.known(task.signal);
  const answer = new Answer(workshop, task, maxTokens);
  const lastPiece = await readPrompt(workshop, task, cachedTokens);
  if (lastPiece !== null) await decode(lastPiece, workshop, task, answer);
  answer.finish();
}

/** Makes the slot hold nothing but the beginning of the prompt; how many tokens of it that is. */
async function reusePrefix({ batching }: Workshop, { slot, prompt }: SlotTask): Promise<number> {
  const { sequence } = slot;
  if (slot.mustForget) {
    await batching.betweenSteps(() => sequence.clearHistory());
    slot.mustForget = false;
  }
  // the last token is always read again: its outcome is what the first new token comes from
  const wanted = prompt.tokens.slice(0, -1);
  if (sequence.compareContextTokens(wanted).firstDifferentIndex < sequence.nextTokenIndex) {
    await batching.betweenSteps(() => sequence.adaptStateToTokens(wanted, false));
  }
  return sequence.nextTokenIndex;
}

/** Reads all but the last piece of the prompt. That piece, already expected by the batch; null when cancelled. */
async function readPrompt({ batching }: Workshop, task: SlotTask, from: number): Promise<Token[] | null> {
  const { tokens } = task.prompt;
  for (let at = from; ; ) {
    const room = await batching.enterPrefill(tokens.length - at, task.signal);
    if (room === 0) return null;
    const piece = tokens.slice(at, at + room);
    at += room;
    if (at === tokens.length) return piece;
    let unused = piece.length;
    try {
      await task.slot.sequence.evaluateWithoutGeneratingNewTokens(piece, priorityOf(task));
      unused = 0;
    } finally {
      batching.leave(unused);
    }
  }
}

/** Makes the answer. The batch expects the last piece of the prompt, and then a row of this slot in every step. */
async function decode(lastPiece: Token[], { batching }: Workshop, task: SlotTask, answer: Answer): Promise<void> {
  let unused = lastPiece.length;
  try {
    if (task.signal.aborted) return;
    const options = { ...samplingOptions(task.request, () => answer.recentTokens()), ...priorityOf(task) };
    const tokens = task.slot.sequence.evaluate(lastPiece, options);
    try {
      for (;;) {
        if (batching.pause !== null) await batching.pause;
        const { value, done } = await tokens.next();
        unused = 0;
        if (done === true || task.signal.aborted || !answer.add(value)) return;
      }
    } finally {
      await tokens.return();
    }
  } finally {
    batching.leave(unused);
  }
}

/** The slot's id travels as the priority, which the batching sorts by; the library takes any number. */
function priorityOf(task: SlotTask): { evaluationPriority: EvaluationPriority } {
  return { evaluationPriority: task.slot.id as EvaluationPriority };
}

/** The answer as it grows: its text, what ends it, and its times. */
class Answer {
  readonly #workshop: Workshop;
  readonly #task: SlotTask;
  readonly #maxTokens: number;
  readonly #detokenizer: Detokenizer;
  readonly #stops: StopMatcher;
  readonly #startedAt = performance.now();
  #recent: Token[];
  #count = 0;
  #firstAt = 0;
  #lastAt = 0;
  #reason: Finished["reason"] = "cancelled";

  constructor(workshop: Workshop, task: SlotTask, maxTokens: number) {
    this.#workshop = workshop;
    this.#task = task;
    this.#maxTokens = maxTokens;
    this.#recent = task.prompt.tokens.slice(-penaltyWindow);
    this.#detokenizer = new Detokenizer(
      (tokens, before) => workshop.model.detokenize(tokens, false, before),
      task.prompt.tokens,
      (tokens) => workshop.vocabulary.endsInReplacement(tokens),
    );
    this.#stops = new StopMatcher([...task.request.stop, ...task.prompt.stopTexts]);
  }

  /** The last tokens of prompt and answer, a new list at each step, as the sampler needs it. */
  recentTokens(): Token[] {
    return [...this.#recent];
  }

  /** Takes the next token; false when it was the last. */
  add(token: Token): boolean {
    const now = performance.now();
    if (this.#firstAt === 0) this.#firstAt = now;
    if (this.#workshop.model.isEogToken(token) || this.#task.prompt.stopTokens.has(token)) return this.#end("stop");
    this.#count += 1;
    // the end-of-turn token is no token of the answer, so its time is none either
    this.#lastAt = now;
    this.#recent = [...this.#recent, token].slice(-penaltyWindow);
    const { text, stopped } = this.#stops.push(this.#detokenizer.push(token));
    this.#report(text);
    if (stopped) return this.#end("stop");
    return this.#count < Math.min(this.#maxTokens, this.#task.limit.most) || this.#end("length");
  }

  /** Hands out what was held back and says that it is over. */
  finish(): void {
    const rest = this.#stops.push(this.#detokenizer.flush());
    const text = rest.stopped ? rest.text : rest.text + this.#stops.flush();
    if (text !== "") this.#report(text);
    const firstAt = this.#firstAt === 0 ? performance.now() : this.#firstAt;
    this.#workshop.outbox.finished({
      id: this.#task.id,
      reason: this.#reason,
      completionTokens: this.#count,
      prefillMs: firstAt - this.#startedAt,
      decodeMs: this.#lastAt === 0 ? 0 : this.#lastAt - this.#firstAt,
    });
  }

  #end(reason: Finished["reason"]): false {
    this.#reason = reason;
    return false;
  }

  #report(text: string): void {
    this.#workshop.outbox.piece({ id: this.#task.id, text, count: this.#count });
  }
}
