import type { Token } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { Answered, TextAsk, ToEngine } from "../engine/local/messages.js";
import type { TemplatedPrompt, TokenPiece } from "../engine/texts.js";
import type { Prompts } from "./prompts.js";
import { RequestRefused } from "./request-refused.js";
import type { Tokenizer } from "./tokenize.js";
import type { Vocabulary } from "./vocabulary.js";

/** Answers questions about the model's template and vocabulary, at once and without a slot. */
export class EngineTexts {
  readonly #prompts: Prompts | null;
  readonly #tokenizer: Tokenizer;
  readonly #vocabulary: Vocabulary;
  readonly #special: ReadonlySet<number>;

  /** `prompts` is null for a model that has no conversations. */
  constructor(prompts: Prompts | null, tokenizer: Tokenizer, vocabulary: Vocabulary) {
    this.#prompts = prompts;
    this.#tokenizer = tokenizer;
    this.#vocabulary = vocabulary;
    this.#special = new Set(tokenizer.special.map(({ id }) => id));
  }

  /** The answer as a message, or why there is none. */
  answered({ id, ask }: Extract<ToEngine, { type: "ask" }>): Answered {
    try {
      return { type: "answered", id, answer: this.answer(ask) };
    } catch (error) {
      const code = error instanceof RequestRefused ? error.code : "internal_error";
      return { type: "answered", id, failed: { code, message: messageOf(error) } };
    }
  }

  /** Throws `RequestRefused`. */
  answer(ask: TextAsk): TemplatedPrompt | readonly TokenPiece[] | string {
    if (ask.kind === "template") return this.#template(ask);
    if (ask.kind === "tokenize") return this.#tokenizer.plain(ask.content, ask).map((id) => this.#piece(id));
    return this.#detokenize(ask.tokens);
  }

  #template({ messages, kwargs, tools }: Extract<TextAsk, { kind: "template" }>): TemplatedPrompt {
    if (this.#prompts === null) {
      throw new RequestRefused("invalid_request", "This model writes no text, so it has no conversations.");
    }
    const input = { kind: "chat", messages } as const;
    const { text, tokens } = this.#prompts.anyLength({ input, parseSpecial: true, templateKwargs: kwargs, tools });
    // as the model reads it: half a surrogate pair is no character in UTF-8
    const prompt = Buffer.from(text, "utf8").toString("utf8");
    return { prompt, tokens: tokens.map((id) => this.#piece(id)) };
  }

  #piece(id: number): TokenPiece {
    const isSpecial = this.#special.has(id);
    const bytes = this.#vocabulary.bytes(id as Token, isSpecial);
    const text = bytes.toString("utf8");
    return { id, piece: Buffer.from(text, "utf8").equals(bytes) ? text : [...bytes], isSpecial };
  }

  #detokenize(tokens: readonly number[]): string {
    const { size } = this.#vocabulary;
    const strange = tokens.find((id) => !Number.isInteger(id) || id < 0 || id >= size);
    if (strange === undefined) return this.#tokenizer.textOf(tokens as Token[]);
    throw new RequestRefused("invalid_request", `No token has the id ${strange}. They go from 0 to ${size - 1}.`);
  }
}
