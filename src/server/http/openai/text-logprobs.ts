/** How probable the tokens of a text were, in the shape of OpenAI's `/v1/completions`: lists side by side. */
import type { TokenChance, TokenScore } from "../../engine/result.js";
import type { TextLogprobs } from "../../wire/openai.js";
import { scoresToWire } from "../to-wire.js";

/** Follows one text, so that a stream's pieces know where they begin in it. */
export class TextLogprobsWriter {
  /** Characters (code points) before the next token. */
  #offset: number;
  #decoder = new TextDecoder();

  /** `offset` is how many characters stand before the answer. */
  constructor(offset: number) {
    this.#offset = offset;
  }

  /** The lists of the next tokens; null where none were asked for. */
  write(scores: readonly TokenScore[] | null | undefined): TextLogprobs | null {
    if (scores === null || scores === undefined) return null;
    const wire = scoresToWire(scores);
    return {
      tokens: scores.map(nameOf),
      token_logprobs: wire.map(({ logprob }) => logprob),
      top_logprobs: scores.every(({ top }) => top.length === 0)
        ? null
        : scores.map(({ top }, at) =>
            Object.fromEntries(
              top.map((chance, place) => [nameOf(chance), wire[at]?.top_logprobs[place]?.logprob ?? 0]),
            ),
          ),
      text_offset: scores.map((score) => this.#place(score)),
    };
  }

  /** A part of a character begins where the character does. */
  #place({ bytes }: TokenChance): number {
    const place = this.#offset;
    this.#offset += charactersIn(this.#decoder.decode(Uint8Array.from(bytes), { stream: true }));
    return place;
  }
}

/** Code points: what Python's strings count. */
export const charactersIn = (text: string): number => [...text].length;

/** A token's text, or its bytes where they are no text by themselves. */
function nameOf({ bytes }: TokenChance): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return `bytes:${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}`;
  }
}
