/**
 * The tokens of a sample model: four control tokens, the 256 bytes, whole words, padding.
 *
 * There are no merges: a piece of text that is a word of the vocabulary is one token, any other is its bytes. The
 * "llama-bpe" pre-tokenizer makes llama.cpp look a whole piece up before it merges (`ignore_merges`), so this is
 * exactly what it does too.
 */
import { byteAlphabet, spellInBytes } from "./byte-alphabet.js";
import { preTokenize } from "./pre-tokenizer.js";

/** Control tokens, in the order of their ids. */
const controlTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>"] as const;

/** The embedding is cut into attention heads of 64, so the number of tokens is a multiple of it. */
export const headSize = 64;

/** Kinds of tokens as llama.cpp numbers them (`llama_token_type`). */
const tokenTypes = { normal: 1, control: 3, unused: 5 } as const;

export class SampleVocabulary {
  /** Ends a text. */
  readonly eos: number = 0;
  /** Opens a chat turn. */
  readonly turnStart: number = 1;
  /** Ends a chat turn, and so an answer. */
  readonly turnEnd: number = 2;
  /** Begins a text. */
  readonly bos: number = 3;
  /** Text of every token as the file spells it, byte stand-ins included. */
  readonly spellings: readonly string[];
  /** `llama_token_type` of every token. */
  readonly types: readonly number[];
  /** The whole words, as text; a leading blank is part of a word. */
  readonly words: readonly string[];

  readonly #ids: ReadonlyMap<string, number>;
  readonly #bytesOf: readonly Buffer[];

  /** `words` must be pieces that `preTokenize` leaves whole, of two bytes or more, without repetition. */
  constructor(words: readonly string[]) {
    for (const word of words) {
      if (preTokenize(word).length !== 1) throw new RangeError(`"${word}" is not one piece of text.`);
    }
    this.words = words;
    const texts = [...controlTokens, ...byteAlphabet, ...words.map(spellInBytes)];
    const size = Math.ceil(texts.length / headSize) * headSize;
    const padding = Array.from({ length: size - texts.length }, (_, index) => `<|unused_${index}|>`);
    this.spellings = [...texts, ...padding];
    this.types = this.spellings.map((_, id) => {
      if (id < controlTokens.length) return tokenTypes.control;
      return id < texts.length ? tokenTypes.normal : tokenTypes.unused;
    });
    this.#ids = new Map(this.spellings.map((spelling, id) => [spelling, id]));
    this.#bytesOf = [
      ...controlTokens.map(() => Buffer.alloc(0)),
      ...byteAlphabet.map((_, byte) => Buffer.from([byte])),
      ...words.map((word) => Buffer.from(word, "utf8")),
      ...padding.map(() => Buffer.alloc(0)),
    ];
  }

  /** Number of tokens. */
  get size(): number {
    return this.spellings.length;
  }

  /** Id of a single byte's token. */
  byte(value: number): number {
    return controlTokens.length + value;
  }

  /** Whether a token is a whole word. */
  isWord(id: number): boolean {
    const first = controlTokens.length + byteAlphabet.length;
    return id >= first && id < first + this.words.length;
  }

  /** Id of a piece that is one token; undefined when there is none. */
  id(piece: string): number | undefined {
    return this.#ids.get(spellInBytes(piece));
  }

  /** Ids of a text, exactly as llama.cpp makes them when control tokens are not parsed. No BOS is put before it. */
  encode(text: string): number[] {
    return preTokenize(text).flatMap((piece) => {
      const whole = this.id(piece);
      return whole === undefined ? Array.from(Buffer.from(piece, "utf8"), (value) => this.byte(value)) : [whole];
    });
  }

  /** Text of tokens; control tokens are "", bytes that are no UTF-8 become U+FFFD. */
  decode(ids: readonly number[]): string {
    return Buffer.concat(ids.map((id) => this.#bytesOf[id] ?? Buffer.alloc(0))).toString("utf8");
  }
}
