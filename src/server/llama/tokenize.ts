import type { LlamaModel, Token } from "node-llama-cpp";
import { controlMark, hasMarks, withoutMarks, wordMark } from "../prompts/guard.js";
import { cutAtTokens, type SpecialToken } from "../prompts/special-texts.js";
import { refuseEndlessRuns } from "./endless-runs.js";

/**
 * Text as the tokens that the model was trained on: the whole text at once, never piece by piece.
 *
 * Marked text is cut at the special tokens that the template wrote; what lies between is read as plain text.
 */
export class Tokenizer {
  readonly #model: LlamaModel;
  /** Special tokens, longest first. */
  readonly special: readonly SpecialToken[];

  constructor(model: LlamaModel, special: readonly SpecialToken[]) {
    this.#model = model;
    this.special = special;
  }

  /** The tokens of a prompt, with exactly one BOS where the model wants one. Control tokens are read, marks are not. Refuses endless runs. */
  prompt(text: string): Token[] {
    const own = this.#withoutBos(text);
    return this.#withBos(hasMarks(own) ? this.#marked(own) : this.#read(own, true));
  }

  /** Tokens of any text. `parseSpecial`: control tokens are read; `addSpecial`: with BOS where the model wants one. */
  plain(text: string, { addSpecial, parseSpecial }: { addSpecial: boolean; parseSpecial: boolean }): Token[] {
    const tokens = this.#read(text, parseSpecial);
    return addSpecial ? this.#withBos(tokens) : tokens;
  }

  /** The text of tokens, control tokens spelled out. */
  textOf(tokens: readonly Token[]): string {
    return this.#model.detokenize(tokens, true);
  }

  /** A BOS that the template wrote where the model gets one anyway would be the second. */
  #withoutBos(text: string): string {
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    if (bos === null || !shouldPrependBosToken) return text;
    const bosText = this.#model.detokenize([bos], true);
    return bosText !== "" && text.startsWith(bosText) ? text.slice(bosText.length) : text;
  }

  #withBos(tokens: Token[]): Token[] {
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    return bos !== null && shouldPrependBosToken && tokens[0] !== bos ? [bos, ...tokens] : tokens;
  }

  #marked(text: string): Token[] {
    return cutAtTokens(text, this.special).flatMap((one) => {
      if (typeof one === "number") return [one as Token];
      return one
        .replaceAll(controlMark, "")
        .split(wordMark)
        .flatMap((part, index) => this.#word(part, index > 0));
    });
  }

  #word(text: string, isRest: boolean): Token[] {
    return this.#read(withoutMarks(text), false, isRest ? "trimLeadingSpace" : undefined);
  }

  /** The one way into native code. */
  #read(text: string, parseSpecial: boolean, leading?: "trimLeadingSpace"): Token[] {
    refuseEndlessRuns(text);
    return this.#model.tokenize(text, parseSpecial, leading);
  }
}
