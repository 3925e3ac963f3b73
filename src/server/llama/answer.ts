import type { Token } from "node-llama-cpp";
import type { Finished } from "../engine/local/messages.js";
import type { AnswerPart } from "../prompts/reasoning-splitter.js";
import { AnswerText } from "./answer-text.js";
import { Detokenizer } from "./detokenizer.js";
import type { Guesses } from "./lane.js";
import { penaltyWindow } from "./sampling.js";
import type { DecodeResources, SlotTask } from "./slot-task.js";
import type { StepMark } from "./step-gate.js";
import { continuedText } from "./thoughts.js";

/** The answer as it grows: its text, what ends it, and its times. */
export class Answer {
  readonly #resources: DecodeResources;
  readonly #task: SlotTask;
  readonly #maxTokens: number;
  readonly #detokenizer: Detokenizer;
  readonly #text: AnswerText;
  readonly #startedAt = performance.now();
  readonly #stepsBefore: StepMark;
  #recent: Token[];
  #next: readonly Token[] = [];
  #count = 0;
  #thoughtCount = 0;
  /** Tokens within thoughts, without the tags that open them: what the budget is for. */
  #spent = 0;
  #firstAt = 0;
  #lastAt = 0;
  #reason: Finished["reason"] = "cancelled";

  constructor(resources: DecodeResources, task: SlotTask, maxTokens: number) {
    const { request, prompt } = task;
    const { thoughts } = resources;
    this.#resources = resources;
    this.#task = task;
    this.#maxTokens = maxTokens;
    this.#recent = prompt.tokens.slice(-penaltyWindow);
    const form = request.input.kind === "chat" ? thoughts.form : null;
    this.#detokenizer = new Detokenizer(
      (tokens, before) => resources.model.detokenize(tokens, false, before),
      prompt.tokens,
      (tokens) => resources.vocabulary.endsInReplacement(tokens),
      form === null ? undefined : thoughts.hidden,
    );
    this.#stepsBefore = resources.gate.mark();
    this.#text = new AnswerText({
      form,
      isSeparate: request.reasoning === "separate",
      prompt: prompt.text,
      continued: continuedText(request.input),
      stops: request.stop,
      turnEnds: prompt.stopTexts,
    });
  }

  /** The last tokens of prompt and answer, those included that the model did not choose: what a penalty looks back on. */
  recentTokens(): readonly Token[] {
    return this.#recent;
  }

  /** Takes the next token; false when it was the last. */
  add(token: Token): boolean {
    const now = performance.now();
    if (this.#firstAt === 0) this.#firstAt = now;
    if (this.#resources.isEnd(token)) return this.#end("stop");
    this.#next = [token];
    return this.#take(token, now) && this.#endSpentThought(token, now);
  }

  /** What the model reads after `add` took this token: the token, and what ends a thought whose budget is spent. */
  input(token: Token): readonly Token[] {
    return this.#next.length > 0 ? this.#next : [token];
  }

  /** Hands out what was held back and says that it is over. */
  finish(guesses: Guesses): void {
    const rest = this.#text.push(this.#detokenizer.flush());
    for (const part of [...rest.parts, ...this.#text.finish()]) this.#report(part);
    const firstAt = this.#firstAt === 0 ? performance.now() : this.#firstAt;
    this.#resources.outbox.finished({
      id: this.#task.id,
      reason: this.#reason,
      completionTokens: this.#count,
      reasoningTokens: this.#thoughtCount,
      prefillMs: firstAt - this.#startedAt,
      decodeMs: this.#lastAt === 0 ? 0 : this.#lastAt - this.#firstAt,
      threads: this.#resources.gate.threads,
      warning: this.#resources.gate.warningSince(this.#stepsBefore),
      ...guesses,
    });
  }

  /** One token that belongs to the answer; false when it was the last. */
  #take(token: Token, now: number): boolean {
    const wasThinking = this.#text.isThinking;
    this.#count += 1;
    // the end-of-turn token is no token of the answer, so its time is none either
    this.#lastAt = now;
    this.#recent = [...this.#recent, token].slice(-penaltyWindow);
    const { parts, stopped } = this.#text.push(this.#detokenizer.push(token));
    if (wasThinking) this.#spent += 1;
    if (wasThinking || this.#text.isThinking) this.#thoughtCount += 1;
    if (parts.length === 0) this.#report({ kind: "content", text: "" });
    for (const part of parts) this.#report(part);
    if (stopped) return this.#end("stop");
    return this.#count < Math.min(this.#maxTokens, this.#task.limit.most) || this.#end("length");
  }

  /** Ends a thought whose budget is spent by writing its closing tag in the model's place. */
  #endSpentThought(token: Token, now: number): boolean {
    const { reasoningBudget } = this.#task.request;
    if (reasoningBudget === null || this.#spent < reasoningBudget || !this.#text.isThinking) return true;
    // not within a character, nor within a tag that the model may be closing by itself
    if (this.#text.isUndecided || this.#detokenizer.isWithinCharacter) return true;
    const { ending } = this.#resources.thoughts;
    this.#next = [token, ...ending];
    return ending.every((next) => this.#take(next, now));
  }

  #end(reason: Finished["reason"]): false {
    this.#reason = reason;
    return false;
  }

  #report({ kind, text }: AnswerPart): void {
    const what = kind === "thought" ? { text: "", reasoning: text } : { text };
    const counts = { count: this.#count, thoughtCount: this.#thoughtCount };
    this.#resources.outbox.piece({ id: this.#task.id, ...what, ...counts });
  }
}
