import type { Token } from "node-llama-cpp";
import type { TemplateFacts } from "../engine/engine.js";
import type { GenerationRequest, Message, Tool } from "../engine/request.js";
import type { ChatPrompts } from "../prompts/chat-prompts.js";
import { refuseEndlessRuns } from "./endless-runs.js";
import { RequestRefused } from "./request-refused.js";
import type { Tokenizer } from "./tokenize.js";
import type { Vocabulary } from "./vocabulary.js";

/** Texts of more bytes a token of context are counted in parts first: English has about 4. */
const suspiciousBytesPerToken = 8;

/** UTF-16 units of such a part. */
const partLength = 32_768;

/** Tokens that a cut through the text may add at most. */
const mostTokensAtCut = 8;

/** A prompt as the model reads it, and what ends an answer besides the request's own stop texts. */
export interface PromptTokens {
  /** The whole prompt as text, as the template or the client wrote it. */
  readonly text: string;
  readonly tokens: Token[];
  readonly stopTexts: readonly string[];
}

/** How a model is told a conversation. */
export interface Chat {
  readonly facts: TemplateFacts;
  /** The model's own template; undefined where the form is a guess. */
  readonly template: ChatPrompts | undefined;
  /** The prompt of a conversation. Refuses with `invalid_request` what the template refuses, in its own words. */
  of(messages: readonly Message[], kwargs: GenerationRequest["templateKwargs"], tools?: ShownTools): PromptTokens;
}

/** Tools as a model is told of them. */
export type ShownTools = readonly Omit<Tool, "grammar">[];

/** What of a request its prompt is made of. */
export interface PromptWish
  extends Pick<GenerationRequest, "input" | "parseSpecial" | "templateKwargs" | "toolChoice"> {
  readonly tools?: ShownTools | undefined;
}

/** Everything that is written of a conversation, tools and calls included. */
function textsOfChat(messages: readonly Message[], tools: ShownTools): string[] {
  const said = messages.flatMap(({ content, toolCalls = [] }) => [content, ...toolCalls.map((call) => call.arguments)]);
  return [...said, ...tools.map(({ description = "", parameters }) => description + JSON.stringify(parameters))];
}

/** Makes prompts out of requests, for one model. */
export class Prompts {
  readonly #chat: Chat;
  readonly #tokenizer: Tokenizer;
  readonly #vocabulary: Vocabulary;
  readonly #context: number;

  constructor(chat: Chat, tokenizer: Tokenizer, vocabulary: Vocabulary, context: number) {
    this.#chat = chat;
    this.#tokenizer = tokenizer;
    this.#vocabulary = vocabulary;
    this.#context = context;
  }

  /** Refuses with `prompt_too_long` what leaves no room for a single new token. */
  fitting(prompt: PromptTokens): PromptTokens {
    if (prompt.tokens.length >= this.#context) throw this.#tooLong(`${prompt.tokens.length}`);
    return prompt;
  }

  /**
   * The prompt, also where the context holds no answer to it; what is far too long is refused. Control tokens in the
   * texts of a conversation stay text; in a raw prompt they are read unless `parseSpecial` is false.
   */
  anyLength({ input, parseSpecial, templateKwargs, tools = [], toolChoice }: PromptWish): PromptTokens {
    // a model that must not call anything is not tempted
    const shown = toolChoice === "none" ? [] : tools;
    this.#refuseUnreadable(input.kind === "prompt" ? [input.text] : textsOfChat(input.messages, shown));
    const prompt =
      input.kind === "prompt"
        ? this.#raw(input.text, parseSpecial)
        : this.#chat.of(input.messages, templateKwargs, shown);
    if (prompt.tokens.length === 0) {
      throw new RequestRefused("invalid_request", "The prompt has no tokens. Write at least one character.");
    }
    return prompt;
  }

  /** Refuses what no tokenizer should be given: endless runs, and texts that cannot fit. */
  #refuseUnreadable(texts: readonly string[]): void {
    for (const text of texts) refuseEndlessRuns(text);
    this.#refuseHopeless(texts);
  }

  #raw(text: string, parseSpecial: boolean): PromptTokens {
    const tokens = this.#tokenizer.plain(text, { addSpecial: true, parseSpecial });
    return { text, tokens, stopTexts: [] };
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
        const part = this.#tokenizer.plain(text.slice(at, at + partLength), { addSpecial: false, parseSpecial: false });
        count += Math.max(0, part.length - mostTokensAtCut);
      }
    }
    return count;
  }

  #tooLong(tokens: string): RequestRefused {
    return new RequestRefused(
      "prompt_too_long",
      // clients look for "maximum context length", and those of Anthropic for "prompt is too long"
      `This model's maximum context length is ${this.#context} tokens. However, the prompt is too long: ` +
        `it has ${tokens} tokens; at most ${this.#context - 1} fit. Shorten it or load the model with a larger context.`,
    );
  }
}
