import type { ChatHistoryItem, ChatWrapper, LlamaModel, LlamaText } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { TemplateFacts } from "../engine/engine.js";
import type { Message } from "../engine/request.js";
import { tellTools } from "../prompts/calls/tell-tools.js";
import { noSupport, toolDefinition } from "../prompts/calls/tool-support.js";
import type { Chat, PromptTokens, ShownTools } from "./prompts.js";
import { RequestRefused } from "./request-refused.js";

/** Conversations in the library's form of a family, for files whose own template is missing or does not work. */
export class GuessedChat implements Chat {
  readonly facts: TemplateFacts;
  /** A guess says nothing about thoughts. */
  readonly template = undefined;
  readonly #model: LlamaModel;
  readonly #wrapper: ChatWrapper;

  /** `why` says what is wrong with the file's own template, as a sentence. */
  constructor(model: LlamaModel, wrapper: ChatWrapper, why: string) {
    const form = wrapper.wrapperName === "General" ? "turns marked with ###" : `the form of ${wrapper.wrapperName}`;
    this.facts = { source: "guess", note: `${why} Conversations are written in ${form} instead, which is a guess.` };
    this.#model = model;
    this.#wrapper = wrapper;
  }

  of(
    messages: readonly Message[],
    _kwargs: Readonly<Record<string, unknown>> | undefined,
    tools: ShownTools = [],
  ): PromptTokens {
    const told = tellTools(messages, tools.map(toolDefinition), noSupport);
    let state: ReturnType<ChatWrapper["generateContextState"]>;
    try {
      state = this.#wrapper.generateContextState({ chatHistory: chatHistory(told) });
    } catch (error) {
      throw new RequestRefused("invalid_request", `This conversation cannot be written down: ${messageOf(error)}`);
    }
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    const written = state.contextText.tokenize(this.#model.tokenizer);
    const bare = written[0] === bos ? written.slice(1) : written;
    const tokens = bos !== null && shouldPrependBosToken ? [bos, ...bare] : bare;
    return { text: state.contextText.toString(), tokens, stopTexts: this.#stopsOf(state.stopGenerationTriggers) };
  }

  /** The texts of triggers that are no token of their own: which tokens end an answer, llama.cpp knows. */
  #stopsOf(triggers: readonly LlamaText[]): string[] {
    const stopTexts: string[] = [];
    for (const trigger of triggers) {
      const tokens = trigger.tokenize(this.#model.tokenizer);
      const [only] = tokens;
      if (tokens.length === 1 && only !== undefined && this.#model.isSpecialToken(only)) continue;
      // some templates yield a bare line end, which would end every answer after its first line
      if (trigger.values.every((value) => typeof value === "string") && trigger.toString().trim() !== "") {
        stopTexts.push(trigger.toString());
      }
    }
    return stopTexts;
  }
}

/** A conversation in the library's form; the last turn is the model's, empty unless it is to be continued. */
function chatHistory(messages: readonly Message[]): ChatHistoryItem[] {
  const history = messages.map((message): ChatHistoryItem => {
    if (message.role === "assistant") return { type: "model", response: [message.content] };
    return { type: message.role === "system" ? "system" : "user", text: message.content };
  });
  return history.at(-1)?.type === "model" ? history : [...history, { type: "model", response: [] }];
}
