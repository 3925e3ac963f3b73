import type { Token } from "node-llama-cpp";
import type { Finished } from "../engine/local/messages.js";
import { Detokenizer } from "./detokenizer.js";
import type { Guesses } from "./lane.js";
import { penaltyWindow } from "./sampling.js";
import type { DecodeResources, SlotTask } from "./slot-task.js";
import { StopMatcher } from "./stop-matcher.js";

/** The answer as it grows: its text, what ends it, and its times. */
export class Answer {
  readonly #resources: DecodeResources;
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

  constructor(resources: DecodeResources, task: SlotTask, maxTokens: number) {
    this.#resources = resources;
    this.#task = task;
    this.#maxTokens = maxTokens;
    this.#recent = task.prompt.tokens.slice(-penaltyWindow);
    this.#detokenizer = new Detokenizer(
      (tokens, before) => resources.model.detokenize(tokens, false, before),
      task.prompt.tokens,
      (tokens) => resources.vocabulary.endsInReplacement(tokens),
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
    if (this.#resources.model.isEogToken(token) || this.#task.prompt.stopTokens.has(token)) return this.#end("stop");
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
  finish(guesses: Guesses): void {
    const rest = this.#stops.push(this.#detokenizer.flush());
    const text = rest.stopped ? rest.text : rest.text + this.#stops.flush();
    if (text !== "") this.#report(text);
    const firstAt = this.#firstAt === 0 ? performance.now() : this.#firstAt;
    this.#resources.outbox.finished({
      id: this.#task.id,
      reason: this.#reason,
      completionTokens: this.#count,
      prefillMs: firstAt - this.#startedAt,
      decodeMs: this.#lastAt === 0 ? 0 : this.#lastAt - this.#firstAt,
      ...guesses,
    });
  }

  #end(reason: Finished["reason"]): false {
    this.#reason = reason;
    return false;
  }

  #report(text: string): void {
    this.#resources.outbox.piece({ id: this.#task.id, text, count: this.#count });
  }
}
