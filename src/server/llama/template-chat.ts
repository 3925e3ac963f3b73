import { messageOf } from "../async/message-of.js";
import type { TemplateFacts } from "../engine/engine.js";
import type { Message } from "../engine/request.js";
import type { ChatPrompts } from "../prompts/chat-prompts.js";
import { Guard, withoutMarks } from "../prompts/guard.js";
import { refuseEndlessRuns } from "./endless-runs.js";
import type { Chat, PromptTokens, ShownTools } from "./prompts.js";
import { RequestRefused } from "./request-refused.js";
import type { Tokenizer } from "./tokenize.js";

/** Conversations as the model's own template writes them, token for token. */
export class TemplateChat implements Chat {
  readonly facts: TemplateFacts;
  readonly template: ChatPrompts;
  readonly #tokenizer: Tokenizer;
  readonly #guard: Guard;

  constructor(prompts: ChatPrompts, tokenizer: Tokenizer, source: "file" | "given") {
    this.facts = { source, note: null };
    this.template = prompts;
    this.#tokenizer = tokenizer;
    this.#guard = new Guard(tokenizer.special, prompts.source);
  }

  of(
    messages: readonly Message[],
    kwargs: Readonly<Record<string, unknown>> | undefined,
    tools: ShownTools = [],
  ): PromptTokens {
    const marked = this.#render(messages, kwargs, tools);
    const text = withoutMarks(marked);
    // thoughts, variables and the template itself write as well as the messages do
    refuseEndlessRuns(text);
    return { text, tokens: this.#tokenizer.prompt(marked), stopTexts: [] };
  }

  #render(
    messages: readonly Message[],
    kwargs: Readonly<Record<string, unknown>> | undefined,
    tools: ShownTools,
  ): string {
    try {
      return this.template.render({ messages, kwargs, tools }, this.#guard);
    } catch (error) {
      throw new RequestRefused(
        "invalid_request",
        `The model's chat template refuses this conversation: ${messageOf(error)}`,
      );
    }
  }
}
