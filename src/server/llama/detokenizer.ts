import type { Token } from "node-llama-cpp";

/** Turns tokens into text; `before` are the tokens in front of them, which decide about leading spaces. */
export type Detokenize = (tokens: readonly Token[], before: readonly Token[]) => string;

/** What invalid or unfinished UTF-8 is shown as. Source: Unicode 16, chapter 3.9, U+FFFD. */
const replacement = "\uFFFD";

/** Tokens before the pending ones that are shown to the tokenizer; the library looks at 3. */
const tokensBefore = 8;

/** Pending tokens after which an unfinished character is given up: no character has more than 4 bytes. */
const mostPending = 16;

/**
 * Text of tokens that come one at a time, exact to the character.
 *
 * A character whose bytes are spread over several tokens appears when its last byte does; one that is never
 * finished does not appear at all.
 */
export class Detokenizer {
  readonly #detokenize: Detokenize;
  readonly #endsInReplacement: (tokens: readonly Token[]) => boolean;
  readonly #shown: ReadonlyMap<Token, string>;
  #before: Token[];
  #pending: Token[] = [];
  /** UTF-16 units of the pending tokens' text that were handed out already. */
  #given = 0;

  /**
   * `before` are the last tokens of the prompt. `endsInReplacement` says whether the bytes of these tokens end in
   * a real U+FFFD, which the text alone does not tell from an unfinished character. `shown` has the texts of control
   * tokens that are to be seen; detokenized, they are "".
   */
  constructor(
    detokenize: Detokenize,
    before: readonly Token[],
    endsInReplacement: (tokens: readonly Token[]) => boolean,
    shown: ReadonlyMap<Token, string> = new Map(),
  ) {
    this.#detokenize = detokenize;
    this.#endsInReplacement = endsInReplacement;
    this.#shown = shown;
    this.#before = before.slice(-tokensBefore);
  }

  /** The text that became certain with this token; often "" within a character. */
  push(token: Token): string {
    const shown = this.#shown.get(token);
    if (shown !== undefined) return this.#show(token, shown);
    this.#pending.push(token);
    const text = this.#detokenize(this.#pending, this.#before);
    // however many bytes are missing, an unfinished character shows as exactly one U+FFFD at the end
    const certain = text.endsWith(replacement) && this.#pending.length < mostPending ? text.length - 1 : text.length;
    const piece = text.slice(this.#given, certain);
    if (certain === text.length) this.#forgetPending();
    else this.#given = Math.max(this.#given, certain);
    return piece;
  }

  /** The rest when no more tokens come: a U+FFFD that the model really wrote, never half a character. */
  flush(): string {
    if (this.#pending.length === 0 || !this.#endsInReplacement(this.#pending)) return "";
    const piece = this.#detokenize(this.#pending, this.#before).slice(this.#given);
    this.#forgetPending();
    return piece;
  }

  /** Bytes of an unfinished character are waiting for the rest. */
  get isWithinCharacter(): boolean {
    return this.#pending.length > 0;
  }

  #show(token: Token, text: string): string {
    const rest = this.flush();
    // a character that was not finished by now never is
    this.#pending.push(token);
    this.#forgetPending();
    return rest + text;
  }

  #forgetPending(): void {
    this.#before = [...this.#before, ...this.#pending].slice(-tokensBefore);
    this.#pending = [];
    this.#given = 0;
  }
}
