import { randomBytes } from "node:crypto";
import type { ArgumentsReader, KnownTool } from "./arguments-reader.js";
import { type CallForm, type CallHead, endsOf, leadOf } from "./call-form.js";
import { JsonArguments } from "./json-arguments.js";
import { TaggedArguments } from "./tagged-arguments.js";
import { nameHole, TextPattern } from "./text-pattern.js";

/** A part of what a model says: words, or a piece of a call. The first piece of a call brings its id and name. */
export type SaidPart = WordsPart | CallPart;

export interface WordsPart {
  readonly kind: "content";
  readonly text: string;
}

export interface CallPart {
  readonly kind: "call";
  /** From 0, in the order of the calls. */
  readonly index: number;
  readonly id?: string;
  readonly name?: string;
  /** A piece of the JSON of its arguments. */
  readonly text: string;
}

export interface CallSplitterParts {
  readonly form: CallForm;
  /** What may be called: a call of another name is text like any other. */
  readonly tools: readonly KnownTool[];
  /** Makes an id of so many letters. Default: by chance. */
  readonly makeId?: (letters: number) => string;
}

interface FoundHead {
  readonly tool: KnownTool;
  readonly length: number;
}

/** How calls may begin. */
interface FirstHead {
  readonly pattern: TextPattern;
  /** What tells that one begins, and its first letter. */
  readonly lead: TextPattern;
  readonly letter: string;
}

/** Nobody writes a mark otherwise; an answer may speak of whatever else there is. */
const isMark = ({ letter }: FirstHead): boolean => letter === "<" || letter === "[";

/** `text`: words. `arguments`: within a call's. `behind`: right behind them. `between`: behind a call. */
type Place = "text" | "arguments" | "behind" | "between";

/** UTF-16 units that a call's head can have. */
const longestHead = 400;

/**
 * Parts calls from words in what a model says, which comes in pieces of any size: where it is cut never changes the
 * outcome.
 *
 * Blanks in front of calls belong to nobody. What begins like a call and is none is text as it was written.
 */
export class CallSplitter {
  readonly #form: CallForm;
  readonly #tools: ReadonlyMap<string, KnownTool>;
  readonly #makeId: (letters: number) => string;
  readonly #first: readonly FirstHead[];
  readonly #later: readonly TextPattern[];
  readonly #ends: readonly TextPattern[];
  readonly #close: TextPattern | undefined;
  readonly #parts: SaidPart[] = [];
  #place: Place = "text";
  #held = "";
  #hasSaid = false;
  #reader: ArgumentsReader = new JsonArguments();
  #begun = 0;
  #complete = 0;
  #opening: string | undefined;

  constructor({ form, tools, makeId = idByChance }: CallSplitterParts) {
    this.#form = form;
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#makeId = makeId;
    const { open, close, heads, separator, parameters } = form;
    const key = parameters === "json" ? "" : parameters.keyOpen.trim().slice(0, 1);
    const followed = parameters === "json" ? "{" : key && `{${key}`;
    const headOf = (front: string, [before, between]: CallHead): TextPattern =>
      new TextPattern(front + before + nameHole + between, followed);
    const headed = (front: string): TextPattern[] => heads.map((head) => headOf(front, head));
    this.#first = heads.map((head) => {
      const lead = leadOf(form, head);
      return { lead: new TextPattern(lead), letter: lead.slice(0, 1), pattern: headOf(open, head) };
    });
    this.#later = separator.trim() === "" ? headed("") : [...headed(separator), ...headed("")];
    this.#ends = endsOf(form).map((end) => new TextPattern(end));
    this.#close = close.trim() === "" ? undefined : new TextPattern(close);
  }

  /** Calls whose arguments are complete. */
  get completeCalls(): number {
    return this.#complete;
  }

  /** What was written of the calls when they began; undefined while there is no sign of one. */
  get opening(): string | undefined {
    return this.#opening;
  }

  /** Text that waits to be told apart. */
  get heldText(): string {
    return this.#held;
  }

  push(text: string): SaidPart[] {
    this.#held += text;
    while (this.#held !== "" && this.#step());
    return this.#parts.splice(0);
  }

  /** Words that are no call's whatever they look like. */
  pass(text: string): SaidPart[] {
    if (this.#place !== "text") return this.push(text);
    this.#say(this.#held + text);
    this.#held = "";
    return this.#parts.splice(0);
  }

  /** What was held back, for the end of a text. */
  finish(): SaidPart[] {
    const isFrame = this.#begun > 0 && this.#held.trim() === "";
    if (this.#place === "text" && !isFrame) this.#say(this.#held);
    this.#held = "";
    return this.#parts.splice(0);
  }

  /** Goes one step on; false when more of the text is needed. */
  #step(): boolean {
    if (this.#place === "text") return this.#readWords();
    if (this.#place === "arguments") return this.#readArguments();
    if (this.#place === "behind") return this.#readEnd();
    return this.#readBetween();
  }

  #readWords(): boolean {
    for (let at = 0; at < this.#held.length; at += 1) {
      const heads = this.#firstAt(at);
      if (heads.length === 0) continue;
      const [front, tail] = [this.#held.slice(0, at), this.#held.slice(at)];
      const match = this.#match(
        heads.map(({ pattern }) => pattern),
        tail,
      );
      if (match === "differs") continue;
      this.#say(front);
      if (match !== "more") return this.#enter(match, tail);
      this.#held = tail;
      if (heads.some((head) => isMark(head) && head.lead.match(tail).kind === "fits"))
        this.#opening ??= tail.trimStart();
      return false;
    }
    this.#say(this.#held);
    this.#held = "";
    return false;
  }

  /** Heads that can begin at this unit: the first of some blanks, or of what leads them in. Those without a mark begin answers only. */
  #firstAt(at: number): readonly FirstHead[] {
    const isBlank = (unit: string | undefined): boolean => unit !== undefined && /\s/.test(unit);
    const [before, here] = [this.#held[at - 1], this.#held[at]];
    if (isBlank(here) && isBlank(before)) return [];
    return this.#first.filter(
      (head) => (isBlank(here) || here === head.letter) && (isMark(head) || (at === 0 && !this.#hasSaid)),
    );
  }

  /** What the text begins with: the head of a call of a tool that is known, or a part of one. */
  #match(patterns: readonly TextPattern[], text: string): FoundHead | "more" | "differs" {
    let outcome: "more" | "differs" = "differs";
    for (const pattern of patterns) {
      const match = pattern.match(text);
      if (match.kind === "more" && text.length <= longestHead) outcome = "more";
      const tool = match.kind === "fits" ? this.#tools.get(match.name) : undefined;
      if (match.kind === "fits" && tool !== undefined) return { tool, length: match.length };
    }
    return outcome;
  }

  #enter({ tool, length }: FoundHead, text: string): true {
    const { parameters, idLetters } = this.#form;
    this.#opening ??= text.trimStart();
    this.#held = text.slice(length);
    this.#reader = parameters === "json" ? new JsonArguments() : new TaggedArguments(parameters, tool, this.#ends);
    const id = (idLetters === 24 ? "call_" : "") + this.#makeId(idLetters);
    this.#parts.push({ kind: "call", index: this.#begun, id, name: tool.name, text: "" });
    this.#begun += 1;
    this.#hasSaid = true;
    this.#place = "arguments";
    return true;
  }

  #readArguments(): boolean {
    const { json, rest } = this.#reader.push(this.#held);
    if (json !== "") this.#parts.push({ kind: "call", index: this.#begun - 1, text: json });
    this.#held = rest ?? "";
    if (rest === undefined) return false;
    this.#complete += 1;
    this.#place = "behind";
    return true;
  }

  #readEnd(): boolean {
    const matches = this.#ends.map((end) => end.match(this.#held));
    const whole = matches.find((match) => match.kind === "fits");
    if (whole === undefined && matches.some(({ kind }) => kind === "more")) return false;
    if (whole !== undefined) this.#held = this.#held.slice(whole.length);
    this.#place = "between";
    return true;
  }

  #readBetween(): boolean {
    const outcome = this.#form.isSingle ? "differs" : this.#match(this.#later, this.#held);
    if (typeof outcome !== "string") return this.#enter(outcome, this.#held);
    const closing = this.#close?.match(this.#held) ?? { kind: "differs" };
    if (closing.kind === "fits") this.#held = this.#held.slice(closing.length);
    else if (outcome === "more" || closing.kind === "more" || this.#held.trim() === "") return false;
    this.#place = "text";
    return true;
  }

  #say(text: string): void {
    if (text === "") return;
    this.#hasSaid ||= text.trim() !== "";
    this.#parts.push({ kind: "content", text });
  }
}

/** Letters and digits, as OpenAI's and Mistral's ids have them. */
function idByChance(letters: number): string {
  let id = "";
  while (id.length < letters)
    id += randomBytes(letters)
      .toString("base64")
      .replace(/[^A-Za-z0-9]/g, "");
  return id.slice(0, letters);
}
