import { CallSplitter, type CallSplitterParts, type SaidPart } from "../prompts/calls/call-splitter.js";
import type { ReasoningForm } from "../prompts/reasoning-form.js";
import { type AnswerPart, ReasoningSplitter } from "../prompts/reasoning-splitter.js";
import { StopMatcher } from "./stop-matcher.js";

export interface AnswerTextParts {
  /** How the model marks its thoughts; null where it has none, or is not asked as in a chat. */
  readonly form: ReasoningForm | null;
  /** False: thoughts stay in the text as the model wrote them, tags included. */
  readonly isSeparate: boolean;
  /** The text in front of the answer. */
  readonly prompt: string;
  /** The client's own beginning of the answer, at the prompt's end; "" for none. */
  readonly continued: string;
  /** The request's stop texts. They act on what is content. */
  readonly stops: readonly string[];
  /** Texts that end a turn by the template. They act on thoughts as well. */
  readonly turnEnds: readonly string[];
  /** What may be called, and how; left out or null: nothing. */
  readonly calls?: CallSplitterParts | null;
}

/** A part of an answer as a client gets it. */
export type ToldPart = { readonly kind: "thought"; readonly text: string } | SaidPart;

/** What became certain with a piece of text. */
export interface TextStep {
  readonly parts: readonly ToldPart[];
  /** True once a stop text is complete; nothing after it counts. */
  readonly stopped: boolean;
  /** The request's own stop text that is complete. */
  readonly stopText?: string | undefined;
}

/** The text of an answer on its way out: parted into thought and content, and ended by stop texts. */
export class AnswerText {
  readonly #splitter: ReasoningSplitter | null;
  readonly #calls: CallSplitter | null;
  readonly #isSeparate: boolean;
  readonly #turnEnds: StopMatcher;
  readonly #stops: StopMatcher;
  #isOver = false;

  constructor({ form, isSeparate, prompt, continued, stops, turnEnds, calls = null }: AnswerTextParts) {
    const options = { mayCall: calls !== null };
    this.#splitter = form === null ? null : new ReasoningSplitter(form, prompt, continued, options);
    this.#calls = calls === null ? null : new CallSplitter(calls);
    this.#isSeparate = isSeparate && form !== null;
    this.#turnEnds = new StopMatcher(turnEnds);
    this.#stops = new StopMatcher(stops);
  }

  /** Within a thought. */
  get isThinking(): boolean {
    return this.#splitter?.isThinking ?? false;
  }

  /** Within the header of a message, or in front of it. */
  get isInHeader(): boolean {
    return this.#splitter?.isInHeader ?? false;
  }

  /** What is written of calls where they have begun; undefined before. */
  get opening(): string | undefined {
    return this.#calls?.opening ?? (this.#calls === null ? undefined : this.#splitter?.callHeader);
  }

  /** What is written and may be the beginning of calls. */
  get waitingText(): string {
    return (this.#splitter?.waitingText ?? "") + (this.#calls?.heldText ?? "");
  }

  /** Calls whose arguments are complete. */
  get completeCalls(): number {
    return this.#calls?.completeCalls ?? 0;
  }

  /** True while the last characters may be the beginning of a tag. */
  get isUndecided(): boolean {
    return this.#splitter?.isUndecided ?? false;
  }

  /** Characters at the end of the text that wait for what follows. */
  get heldCharacters(): number {
    const inSplitter = this.#isSeparate ? (this.#splitter?.heldCharacters ?? 0) : 0;
    const inCalls = this.#calls?.heldText.length ?? 0;
    return this.#turnEnds.heldCharacters + inSplitter + inCalls + this.#stops.heldCharacters;
  }

  push(text: string): TextStep {
    if (this.#isOver) return { parts: [], stopped: true };
    const { text: own, stopped } = this.#turnEnds.push(text);
    const step = this.#content(this.#parted(own));
    this.#isOver = step.stopped;
    const last = stopped ? this.finish() : [];
    this.#isOver ||= stopped;
    return { parts: [...step.parts, ...last], stopped: this.#isOver, stopText: step.stopText };
  }

  /** What was held back; nothing after a stop text. */
  finish(): readonly ToldPart[] {
    if (this.#isOver) return [];
    const rest = this.#parted(this.#turnEnds.flush());
    const last = this.#isSeparate ? (this.#splitter?.finish() ?? []) : [];
    const said = last.flatMap((part) => this.#said(part));
    const { parts, stopped } = this.#content([...rest, ...said, ...(this.#calls?.finish() ?? [])]);
    const held = stopped ? "" : this.#stops.flush();
    return held === "" ? parts : [...parts, { kind: "content", text: held }];
  }

  #parted(text: string): readonly ToldPart[] {
    const wasThinking = this.isThinking;
    const parts = this.#splitter?.push(text) ?? [];
    if (this.#isSeparate) return parts.flatMap((part) => this.#said(part));
    if (text === "") return [];
    if (this.#calls === null) return [{ kind: "content", text }];
    return wasThinking || this.isThinking ? this.#calls.pass(text) : this.#calls.push(text);
  }

  #said(part: AnswerPart): readonly ToldPart[] {
    if (part.kind === "thought") return [{ kind: "thought", text: part.text }];
    return this.#calls?.push(part.text) ?? [{ kind: "content", text: part.text }];
  }

  #content(parts: readonly ToldPart[]): TextStep {
    const certain: ToldPart[] = [];
    for (const part of parts) {
      if (part.kind !== "content") {
        certain.push(part);
        continue;
      }
      const { text, stopped, stopText } = this.#stops.push(part.text);
      if (text !== "") certain.push({ kind: "content", text });
      if (stopped) return { parts: certain, stopped, stopText };
    }
    return { parts: certain, stopped: false };
  }
}
