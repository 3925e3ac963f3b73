import type { Token } from "node-llama-cpp";
import { breakers } from "./dry.js";
import type { Vocabulary } from "./vocabulary.js";

/** Tokens of a vocabulary that mean something to whoever chooses. Each set is made when first asked for: it looks at all. */
export class TokenSets {
  readonly size: number;
  readonly #vocabulary: Vocabulary;
  readonly #special: ReadonlySet<number>;
  readonly #isEnd: (token: Token) => boolean;
  #ends: readonly Token[] | undefined;
  #breakers: ReadonlySet<Token> | undefined;
  #singles: readonly Token[] | undefined;

  constructor(vocabulary: Vocabulary, special: ReadonlySet<number>, isEnd: (token: Token) => boolean) {
    this.size = vocabulary.size;
    this.#vocabulary = vocabulary;
    this.#special = special;
    this.#isEnd = isEnd;
  }

  /** Those that end an answer. */
  get ends(): readonly Token[] {
    this.#ends ??= this.#all(this.#isEnd);
    return this.#ends;
  }

  isEnd(token: Token): boolean {
    return this.#isEnd(token);
  }

  /** Those whose text has in it what ends a sequence for DRY. */
  get breakers(): ReadonlySet<Token> {
    this.#breakers ??= new Set(
      this.#all((token) => {
        const bytes = this.bytes(token);
        return breakers.some((breaker) => bytes.includes(breaker));
      }),
    );
    return this.#breakers;
  }

  /** Those that stand for one byte: whatever a text goes on with begins with one of them, where the vocabulary has all. */
  get singles(): readonly Token[] {
    this.#singles ??= this.#all((token) => !this.#special.has(token) && this.bytes(token).length === 1);
    return this.#singles;
  }

  /** The bytes that a token stands for; those of its name where it is a control token. */
  bytes(token: Token): Buffer {
    return this.#vocabulary.bytes(token, this.#special.has(token));
  }

  #all(isOne: (token: Token) => boolean): Token[] {
    return Array.from({ length: this.size }, (_, id) => id as Token).filter(isOne);
  }
}
