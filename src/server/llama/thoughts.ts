import type { LlamaModel, Token } from "node-llama-cpp";
import type { ReasoningFacts } from "../engine/engine.js";
import type { GenerationRequest } from "../engine/request.js";
import { findReasoning, type ReasoningEvidence } from "../prompts/find-reasoning.js";
import { markersOf, type ReasoningForm } from "../prompts/reasoning-form.js";
import { ReasoningSplitter } from "../prompts/reasoning-splitter.js";
import type { PromptTokens } from "./prompts.js";

/** The part of the model that turns text into tokens and back. */
export type Tokens = Pick<LlamaModel, "tokenize" | "detokenize">;

/** How one model thinks: its form, the tokens its markers are made of, and how a thought is ended for it. */
export class Thoughts {
  /** null for a model that shows no sign of thoughts. */
  readonly form: ReasoningForm | null;
  /** The same in words; null like the form. */
  readonly facts: ReasoningFacts | null;
  /** Tokens of the markers that detokenized text does not show, with what they stand for. */
  readonly hidden: ReadonlyMap<Token, string>;
  /** What the model is given to end a thought and begin its answer. */
  readonly ending: readonly Token[];
  readonly #tokens: Tokens;
  readonly #hasSwitch: boolean;

  constructor(tokens: Tokens, evidence: ReasoningEvidence) {
    const found = findReasoning(evidence);
    this.form = found?.form ?? null;
    this.facts = found === null ? null : { markers: markersOf(found.form), source: found.why };
    this.#tokens = tokens;
    this.#hasSwitch = evidence.template?.includes("enable_thinking") ?? false;
    this.hidden = this.form === null ? new Map() : hiddenTokens(tokens, markersOf(this.form));
    this.ending = this.form === null ? [] : tokensOf(tokens, this.form.ending);
  }

  /** What its client is to be told of a limit of thoughts; to ask for none is right everywhere. */
  warnings({ input, reasoningBudget }: Pick<GenerationRequest, "input" | "reasoningBudget">): readonly string[] {
    if (this.form !== null || input.kind === "prompt" || reasoningBudget === null || reasoningBudget === 0) return [];
    return ["The model shows no sign of thoughts, so what was asked about them has no effect."];
  }

  /** The request as its template is to see it: with a budget of 0 the template is asked not to have a thought begun. */
  asked(request: GenerationRequest): GenerationRequest {
    if (request.reasoningBudget !== 0 || !this.#hasSwitch || request.input.kind === "prompt") return request;
    return { ...request, templateKwargs: { enable_thinking: false, ...request.templateKwargs } };
  }

  /** The prompt that the model reads: with a budget of 0 it goes on to where the answer begins. */
  ready(prompt: PromptTokens, { input, reasoningBudget }: GenerationRequest): PromptTokens {
    if (reasoningBudget !== 0 || this.form === null || input.kind === "prompt") return prompt;
    const splitter = new ReasoningSplitter(this.form, prompt.text, continuedText(input));
    const bridge = splitter.isThinking ? this.form.ending : splitter.isInHeader ? this.form.headers?.answering : "";
    if (bridge === undefined || bridge === "") return prompt;
    return {
      ...prompt,
      text: prompt.text + bridge,
      tokens: [...prompt.tokens, ...tokensOf(this.#tokens, bridge)],
    };
  }
}

/** The assistant's turn that a request asks to go on with; "" where there is none. */
export function continuedText(input: GenerationRequest["input"]): string {
  const last = input.kind === "chat" ? input.messages.at(-1) : undefined;
  return last?.role === "assistant" ? last.content : "";
}

export const tokensOf = (tokens: Tokens, text: string): Token[] => tokens.tokenize(text, true, "trimLeadingSpace");

/** Tokens that these texts are made of and detokenized text does not show, with what they stand for. */
export function hiddenTokens(tokens: Tokens, markers: readonly string[]): Map<Token, string> {
  const ids = new Set(markers.flatMap((marker) => tokensOf(tokens, marker)));
  return new Map(
    [...ids].filter((id) => tokens.detokenize([id], false) === "").map((id) => [id, tokens.detokenize([id], true)]),
  );
}
