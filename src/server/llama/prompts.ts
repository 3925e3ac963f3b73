import type { ChatHistoryItem, ChatWrapper, LlamaModel, LlamaText, Token } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { GenerationRequest, Message } from "../engine/request.js";
import { chatTemplate } from "./choose-chat-wrapper.js";
import { RequestRefused } from "./request-refused.js";
import type { Vocabulary } from "./vocabulary.js";

/** Texts of more bytes a token of context are counted in parts first: English has about 4. */
const suspiciousBytesPerToken = 8;

/**
 * Letters, blanks or signs in a row that a tokenizer may meet, in UTF-16 units. llama.cpp cuts text with `std::regex`
 * for some tokenizers, which recurses once a character: 30,000 letters in a row overflow the stack and end the process.
 */
const longestRun = 10_000;
/** Runs of one kind, each matched once: the time is linear in the text. */
const runs = /\p{L}+|\p{N}+|\s+|[^\s\p{L}\p{N}]+/gu;

/** UTF-16 units of such a part. */
const partLength = 32_768;

/** Tokens that a cut through the text may add at most. */
const mostTokensAtCut = 8;

/** Tokens at the end of a chat's prompt that are given as text. */
const tokensAsText = 256;

/** A prompt as the model reads it, and what ends an answer besides the request's own stop texts. */
export interface PromptTokens {
  readonly tokens: Token[];
  /** The prompt as text, or at least its end. */
  readonly text: string;
  readonly stopTexts: readonly string[];
}

/** Makes prompts out of requests, for one model. */
export class Prompts {
  readonly #model: LlamaModel;
  readonly #chatWrapper: ChatWrapper;
  readonly #vocabulary: Vocabulary;
  readonly #context: number;

  constructor(model: LlamaModel, chatWrapper: ChatWrapper, vocabulary: Vocabulary, context: number) {
    this.#model = model;
    this.#chatWrapper = chatWrapper;
    this.#vocabulary = vocabulary;
    this.#context = context;
  }

  /** Refuses with `prompt_too_long` what leaves no room for a single new token. Control tokens in texts stay text. */
  of(input: GenerationRequest["input"]): PromptTokens {
    const texts = input.kind === "prompt" ? [input.text] : input.messages.map((message) => message.content);
    refuseEndlessRuns(texts);
    this.#refuseHopeless(texts);
    const prompt = input.kind === "prompt" ? this.#raw(input.text) : this.#chat(input.messages);
    if (prompt.tokens.length === 0) {
      throw new RequestRefused("invalid_request", "The prompt has no tokens. Write at least one character.");
    }
    if (prompt.tokens.length >= this.#context) throw this.#tooLong(`${prompt.tokens.length}`);
    return prompt;
  }

  #raw(text: string): PromptTokens {
    const tokens = this.#withBos(this.#model.tokenize(text, false));
    return { tokens, text, stopTexts: [] };
  }

  #chat(messages: readonly Message[]): PromptTokens {
    let state: ReturnType<ChatWrapper["generateContextState"]>;
    try {
      state = this.#chatWrapper.generateContextState({ chatHistory: chatHistory(messages) });
    } catch (error) {
      throw new RequestRefused(
        "invalid_request",
        `The model's chat template refuses this conversation: ${messageOf(error)}`,
      );
    }
    const tokens = this.#withBos(this.#withoutForeignBos(state.contextText.tokenize(this.#model.tokenizer)));
    const text = this.#model.detokenize(tokens.slice(-tokensAsText), true);
    return { tokens, text, stopTexts: this.#stopsOf(state.stopGenerationTriggers) };
  }

  #withBos(tokens: Token[]): Token[] {
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    return bos !== null && shouldPrependBosToken && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  }

  /** The library's ChatML starts with BOS even where the model's own template does not. */
  #withoutForeignBos(tokens: Token[]): Token[] {
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    const isForeign =
      !shouldPrependBosToken &&
      tokens[0] === bos &&
      this.#chatWrapper.wrapperName === "ChatML" &&
      !chatTemplate(this.#model)?.includes("bos_token");
    return isForeign ? tokens.slice(1) : tokens;
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

  /** Refuses what cannot fit, reading as little as possible: 200 kB hold up all streams for 77 ms. */
  #refuseHopeless(texts: readonly string[]): void {
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    let least = Math.ceil(bytes / this.#vocabulary.longestTokenBytes);
    if (least < this.#context && bytes > suspiciousBytesPerToken * this.#context) least = this.#countUpToContext(texts);
    if (least >= this.#context) throw this.#tooLong(`at least ${least}`);
  }

  /** Tokens of the texts, a few less where they were cut; no further than the context. */
  #countUpToContext(texts: readonly string[]): number {
    let count = 0;
    for (const text of texts) {
      for (let at = 0; at < text.length && count < this.#context; at += partLength) {
        const part = this.#model.tokenize(text.slice(at, at + partLength), false);
        count += Math.max(0, part.length - mostTokensAtCut);
      }
    }
    return count;
  }

  #tooLong(tokens: string): RequestRefused {
    return new RequestRefused(
      "prompt_too_long",
      `The prompt has ${tokens} tokens; the context holds ${this.#context}, so at most ${this.#context - 1} fit. ` +
        "Shorten it or load the model with a larger context.",
    );
  }
}

function refuseEndlessRuns(texts: readonly string[]): void {
  const isLong = (text: string): boolean => text.length >= longestRun;
  if (!texts.filter(isLong).some((text) => (text.match(runs) ?? []).some(isLong))) return;
  throw new RequestRefused(
    "invalid_request",
    `The text has ${longestRun} or more letters, digits, blanks or signs in a row, which no tokenizer is made for. Break it up.`,
  );
}

/** A conversation in the library's form; the last turn is the model's, empty unless it is to be continued. */
function chatHistory(messages: readonly Message[]): ChatHistoryItem[] {
  const history = messages.map((message): ChatHistoryItem => {
    if (message.role === "assistant") return { type: "model", response: [message.content] };
    return { type: message.role, text: message.content };
  });
  return history.at(-1)?.type === "model" ? history : [...history, { type: "model", response: [] }];
}
