import type { GenerationRequest } from "../engine/request.js";
import { eitherGrammar } from "../prompts/calls/call-grammar.js";
import type { ReasoningForm } from "../prompts/reasoning-form.js";
import type { Answer } from "./answer.js";
import { AnswerGrammar, beforeAnswer } from "./answer-grammar.js";
import type { DecodeResources } from "./slot-task.js";
import type { TokenChooser } from "./token-chooser.js";

type Parts = Pick<DecodeResources, "thoughts" | "calls">;
type Watched = Pick<Answer, "isThinking" | "isWithinThought" | "opening" | "waitingText">;
type Chooser = Pick<TokenChooser, "useGrammar">;

/** Keeps an answer to what its request asks of it, while it grows. */
export interface AnswerRules {
  /** Looks at the answer after each token. */
  moved(): void;
}

/**
 * The rules of a request: calls from the first word on where it wants one, else its grammar, and calls that are finished by
 * theirs once the model begins one. Throws `RequestRefused` for what is no grammar.
 */
export function answerRules(
  parts: Parts,
  request: GenerationRequest,
  chooser: Chooser,
  answer: Watched,
): AnswerRules | null {
  const { input, reasoningBudget, grammar, toolChoice = "auto" } = request;
  const form = input.kind === "chat" && reasoningBudget !== 0 ? parts.thoughts.form : null;
  if (parts.calls.of(request) === null) {
    return grammar === undefined ? null : new GrammarRule(grammar, form, chooser, answer);
  }
  const calls = parts.calls.grammar(request, parts.thoughts.form);
  if (toolChoice !== "auto") return new ForcedCalls(calls, form, chooser, answer);
  // where messages have headers a call has one of its own
  const said = form?.headers === undefined ? (own: string) => eitherGrammar(own, calls) : (own: string) => own;
  const rule = grammar === undefined ? null : new GrammarRule(said(grammar), form, chooser, answer);
  return new BegunCalls(calls, rule, chooser, answer);
}

/** The request's own grammar. */
class GrammarRule implements AnswerRules {
  readonly #grammar: AnswerGrammar;
  readonly #answer: Watched;

  constructor(gbnf: string, form: ReasoningForm | null, chooser: Chooser, answer: Watched) {
    this.#grammar = new AnswerGrammar(gbnf, form, chooser, { isFree: answer.isThinking });
    this.#answer = answer;
  }

  moved(): void {
    this.#grammar.moved(this.#answer.isThinking);
  }
}

/** Calls and nothing else; in front of them there may be one thought. */
class ForcedCalls implements AnswerRules {
  readonly #calls: string;
  readonly #form: ReasoningForm | null;
  readonly #chooser: Chooser;
  readonly #answer: Watched;
  #isFree = false;

  constructor(calls: string, form: ReasoningForm | null, chooser: Chooser, answer: Watched) {
    this.#calls = calls;
    this.#form = form;
    this.#chooser = chooser;
    this.#answer = answer;
    this.#isFree = answer.isWithinThought;
    if (!this.#isFree) this.#obey(false);
  }

  moved(): void {
    const isFree = this.#answer.isWithinThought;
    if (isFree === this.#isFree) return;
    this.#isFree = isFree;
    if (isFree) this.#chooser.useGrammar(null);
    else this.#obey(true);
  }

  #obey(isBehindThought: boolean): void {
    const { gbnf, root } = beforeAnswer(this.#calls, thoughtOnly(this.#form, isBehindThought), isBehindThought);
    // the token that ended the thought may have begun a call
    const written = isBehindThought ? this.#answer.waitingText.trimStart() : "";
    if (!this.#chooser.useGrammar(gbnf, root, written)) this.#chooser.useGrammar(gbnf, root);
  }
}

/** The form without what stands around words, of which there are none here; a thought begins once only. */
function thoughtOnly(form: ReasoningForm | null, isBehindThought: boolean): ReasoningForm | null {
  if (form === null) return null;
  const { headers, ...rest } = form;
  const opens = headers === undefined ? form.opens : (headers.around ?? []).slice(0, 1);
  return { ...rest, opens: isBehindThought ? [] : opens, wraps: [] };
}

/** Anything, until a call begins: that is finished as a call. */
class BegunCalls implements AnswerRules {
  readonly #calls: string;
  readonly #before: AnswerRules | null;
  readonly #chooser: Chooser;
  readonly #answer: Watched;
  #hasBegun = false;

  /** `before`: what holds until then. */
  constructor(calls: string, before: AnswerRules | null, chooser: Chooser, answer: Watched) {
    this.#calls = calls;
    this.#before = before;
    this.#chooser = chooser;
    this.#answer = answer;
  }

  moved(): void {
    if (this.#hasBegun) return;
    const { opening } = this.#answer;
    if (opening === undefined) {
      this.#before?.moved();
      return;
    }
    this.#hasBegun = true;
    // what begins otherwise than any call is read as well as it can be
    if (!this.#chooser.useGrammar(this.#calls, "root", opening)) this.#chooser.useGrammar(null);
  }
}
