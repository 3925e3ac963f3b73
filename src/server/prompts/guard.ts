/**
 * Keeps what clients write from becoming control tokens.
 *
 * Origin is carried through a template by characters that nobody writes: each special text in a client's string gets
 * one behind the signs it begins with, so that it is no such text any more. They are in the private area of Unicode, and are
 * taken out of clients' strings first.
 */
import type { SpecialToken } from "./special-texts.js";

/** Within the text of a control token: taken out again before the text is read without control tokens. */
export const controlMark = "\uE5A7";
/** Within the text of a user-defined token, which is read in every text: the text is cut here. */
export const wordMark = "\uE5A8";
/** Behind the text that is to be continued. */
export const endMark = "\uE5A9";

const marks = /[\uE5A7-\uE5A9]/g;

/** Whose text it is: what a model wrote keeps its tags, since templates look for `</think>` in it. */
export type Writer = "client" | "model";

export class Guard {
  readonly #control: RegExp | undefined;
  readonly #words: RegExp | undefined;
  readonly #wordsOfModel: RegExp | undefined;

  /** `template` tells which user-defined tokens are markup: those that it writes itself. */
  constructor(tokens: readonly SpecialToken[], template: string) {
    const texts = (isWanted: (token: SpecialToken) => boolean): string[] =>
      tokens.filter((token) => isMarkable(token.text) && isWanted(token)).map(({ text }) => text);
    const isMarkup = ({ text, isUserDefined, isEnd }: SpecialToken): boolean =>
      isUserDefined && (isEnd || (/^[<[{]/.test(text) && (template.includes(text) || /^<([|｜]).*\1>$/.test(text))));
    this.#control = anyOf(texts(({ isUserDefined }) => !isUserDefined));
    this.#words = anyOf(texts(isMarkup));
    this.#wordsOfModel = anyOf(
      texts((token) => isMarkup(token) && (token.isEnd || !/^<\/?[\w:-]+>$/.test(token.text))),
    );
  }

  /** The text with a mark in each special text. */
  mark(text: string, writer: Writer): string {
    const plain = text.replace(marks, "");
    const words = writer === "model" ? this.#wordsOfModel : this.#words;
    return markAll(markAll(plain, words, wordMark), this.#control, controlMark);
  }

  /** A value with every text in it marked. */
  markValue(value: unknown): unknown {
    if (typeof value === "string") return this.mark(value, "client");
    if (Array.isArray(value)) return value.map((item: unknown) => this.markValue(item));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, item]) => [this.mark(name, "client"), this.markValue(item)]);
    return Object.fromEntries(entries);
  }
}

/** The text as a reader sees it. */
export const withoutMarks = (text: string): string => text.replace(marks, "");

export const hasMarks = (text: string): boolean => text.search(marks) >= 0;

/** Long enough for a mark within, and something that can be seen. */
const isMarkable = (text: string): boolean => [...text].length > 1 && /[^\s▁]/.test(text);

function anyOf(texts: readonly string[]): RegExp | undefined {
  if (texts.length === 0) return undefined;
  const sorted = [...texts].sort((one, other) => other.length - one.length);
  return new RegExp(sorted.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "gu");
}

/** Again until none is left: the end of one may be the beginning of another. */
function markAll(text: string, pattern: RegExp | undefined, mark: string): string {
  if (pattern === undefined) return text;
  let marked = text;
  for (let before = ""; before !== marked; ) {
    before = marked;
    marked = before.replace(pattern, (found) => {
      const [first = ""] = /^[^\p{L}\p{N}]+(?=[\p{L}\p{N}])|^./u.exec(found) ?? [];
      return first + mark + found.slice(first.length);
    });
  }
  return marked;
}
