import type { Token } from "node-llama-cpp";
import type { Finished } from "../engine/local/messages.js";
import type { Piece, TokenScore } from "../engine/result.js";
import { AnswerText, type ToldPart } from "./answer-text.js";
import { Detokenizer } from "./detokenizer.js";
import type { Guesses } from "./lane.js";
import { ScoreLedger } from "./score-ledger.js";
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
  readonly #ledger: ScoreLedger | null;
  #next: readonly Token[] = [];
  #count = 0;
  #thoughtCount = 0;
  /** Tokens within thoughts, without the tags that open them: what the budget is for. */
  #spent = 0;
  #firstAt = 0;
  #lastAt = 0;
  #reason: Finished["reason"] = "cancelled";
  #stopText: string | undefined;

  constructor(resources: DecodeResources, task: SlotTask, maxTokens: number) {
    const { request, prompt } = task;
    const { thoughts, calls } = resources;
    this.#resources = resources;
    this.#task = task;
    this.#maxTokens = maxTokens;
    this.#ledger = request.logprobs === undefined ? null : new ScoreLedger();
    const form = request.input.kind === "chat" ? thoughts.form : null;
    const called = calls.of(request);
    const hidden = new Map([...(form === null ? [] : thoughts.hidden), ...(called === null ? [] : calls.hidden)]);
    this.#detokenizer = new Detokenizer(
      (tokens, before) => resources.model.detokenize(tokens, false, before),
      prompt.tokens,
      (tokens) => resources.vocabulary.endsInReplacement(tokens),
      hidden.size === 0 ? undefined : hidden,
    );
    this.#stepsBefore = resources.gate.mark();
    this.#text = new AnswerText({
      form,
      isSeparate: request.reasoning === "separate",
      prompt: prompt.text,
      continued: continuedText(request.input),
      stops: request.stop,
      turnEnds: request.ignoreEos === true ? [] : prompt.stopTexts,
      calls: called,
    });
  }

  /** Within a thought, or where it has not been said yet what comes. */
  get isThinking(): boolean {
    return this.#text.isThinking || this.#text.isInHeader;
  }

  /** Within a thought. */
  get isWithinThought(): boolean {
    return this.#text.isThinking;
  }

  /** What is written of calls where they have begun; undefined before. */
  get opening(): string | undefined {
    return this.#text.opening;
  }

  /** What is written and may be the beginning of calls. */
  get waitingText(): string {
    return this.#text.waitingText;
  }

  /** Takes the next token, with how probable it was where that is told; false when it was the last. */
  add(token: Token, score: TokenScore | null = null): boolean {
    const now = performance.now();
    if (this.#firstAt === 0) this.#firstAt = now;
    if (this.#resources.isEnd(token)) return this.#end("stop");
    this.#next = [token];
    return this.#take(token, now, score) && this.#endSpentThought(token, now);
  }

  /** Nothing can follow any more: it ends as if the model had ended it. */
  complete(): void {
    this.#end("stop");
  }

  /** What the model reads after `add` took this token: the token, and what ends a thought whose budget is spent. */
  input(token: Token): readonly Token[] {
    return this.#next.length > 0 ? this.#next : [token];
  }

  /** Hands out what was held back and says that it is over. */
  finish(guesses: Guesses): void {
    const rest = this.#text.push(this.#detokenizer.flush());
    this.#reportAll([...rest.parts, ...this.#text.finish()], rest.stopped);
    this.#reportScores(this.#ledger?.rest() ?? []);
    const firstAt = this.#firstAt === 0 ? performance.now() : this.#firstAt;
    const slow = this.#resources.gate.warningSince(this.#stepsBefore);
    this.#resources.outbox.finished({
      id: this.#task.id,
      reason: this.#reason === "stop" && this.#text.completeCalls > 0 ? "toolCalls" : this.#reason,
      ...(this.#stopText !== undefined && { stopText: this.#stopText }),
      completionTokens: this.#count,
      reasoningTokens: this.#thoughtCount,
      prefillMs: firstAt - this.#startedAt,
      decodeMs: this.#lastAt === 0 ? 0 : this.#lastAt - this.#firstAt,
      threads: this.#resources.gate.threads,
      warnings: [
        ...this.#resources.thoughts.warnings(this.#task.request),
        ...this.#resources.calls.warnings(this.#task.request),
        ...(slow === null ? [] : [slow]),
      ],
      ...guesses,
    });
  }

  /** One token that belongs to the answer; false when it was the last. */
  #take(token: Token, now: number, score: TokenScore | null): boolean {
    const wasThinking = this.#text.isThinking;
    this.#count += 1;
    // the end-of-turn token is no token of the answer, so its time is none either
    this.#lastAt = now;
    const text = this.#detokenizer.push(token);
    const { parts, stopped, stopText } = this.#text.push(text);
    if (wasThinking) this.#spent += 1;
    if (wasThinking || this.#text.isThinking) this.#thoughtCount += 1;
    if (score !== null) this.#ledger?.made(score, text);
    if (parts.length === 0) this.#report({ kind: "content", text: "" });
    this.#reportAll(parts, stopped);
    if (stopped) {
      this.#stopText = stopText;
      return this.#end("stop");
    }
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
    return ending.every((next) => this.#take(next, now, null));
  }

  #end(reason: Finished["reason"]): false {
    this.#reason = reason;
    return false;
  }

  #reportAll(parts: readonly ToldPart[], isOver = false): void {
    for (const part of parts) this.#report(part);
    if (this.#ledger === null) return;
    const given = parts.map(({ kind, text }) => (kind === "content" ? text : "")).join("");
    this.#reportScores(this.#ledger.settle(given, this.#text.heldCharacters, isOver));
  }

  #reportScores(scores: readonly TokenScore[]): void {
    if (scores.length > 0) this.#report({ kind: "content", text: "" }, scores);
  }

  #report(part: ToldPart, scores: readonly TokenScore[] = []): void {
    const what = pieceOf(part);
    const counts = { count: this.#count, thoughtCount: this.#thoughtCount };
    this.#resources.outbox.piece({ id: this.#task.id, ...what, ...(scores.length > 0 && { scores }), ...counts });
  }
}

function pieceOf(part: ToldPart): Piece {
  if (part.kind === "content") return { text: part.text };
  if (part.kind === "thought") return { text: "", reasoning: part.text };
  const { kind: _, text, ...call } = part;
  return { text: "", call: { ...call, arguments: text } };
}
