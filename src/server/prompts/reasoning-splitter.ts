import { markersOf, type ReasoningForm } from "./reasoning-form.js";

/** A part of an answer: what the model thinks, or what it says. Never empty. */
export interface AnswerPart {
  readonly kind: "thought" | "content";
  readonly text: string;
}

/**
 * Where the text stands. `before`: no word of the answer, or of its next message, has come yet. `header`: within a
 * header, whose text belongs to nobody.
 */
type Place = "before" | "content" | "thought" | "header";

export interface SplitterOptions {
  /** Default false. */
  readonly mayCall?: boolean;
}

/** UTF-16 units of a prompt's end in which an open header can stand. */
const longestHeader = 300;

/** Between two thoughts, or two messages, of one answer. */
const betweenParts = "\n\n";

/**
 * Parts thought from answer in a text that comes in pieces of any size: where it is cut never changes the outcome.
 *
 * Markers and the blanks around thoughts belong to neither. The tags of the first family count before the answer's
 * first word only, so an answer may speak of them; a closing tag that nothing opened is left out once.
 */
export class ReasoningSplitter {
  readonly #form: ReasoningForm;
  readonly #markers: readonly string[];
  readonly #calls: RegExp | undefined;
  readonly #parts: AnswerPart[] = [];
  #place: Place = "before";
  #header = "";
  /** Text that may be the beginning of a marker. */
  #held = "";
  /** Blanks that count only if a word follows. */
  #blanks = "";
  /** True once a marker was found: then the blanks before a part's first word count for nothing. */
  #isMarked = false;
  #isWrapped = false;
  #mayStray = true;
  readonly #given = { thought: false, content: false };
  #isNewPart = false;

  /**
   * `prompt` is the text in front of the answer, `continued` the part of it that is the client's own beginning of the
   * answer ("" for none). `mayCall`: what calls a tool is content, header and all.
   */
  constructor(form: ReasoningForm, prompt = "", continued = "", { mayCall = false }: SplitterOptions = {}) {
    this.#form = form;
    this.#calls = mayCall ? form.headers?.calls : undefined;
    this.#markers = markersOf(form);
    if (form.headers === undefined) this.#place = endsInThought(form, prompt, continued) ? "thought" : "before";
    else this.#readHeaders(prompt.slice(-longestHeader));
    this.#mayStray = this.#place !== "thought";
    // behind a marker of the prompt's the first blanks are its frame, unless the client's own words follow it
    this.#isMarked ||= continued === "" && this.#markers.some((marker) => prompt.trimEnd().endsWith(marker));
  }

  /** Within a thought, also while a marker may be under way. */
  get isThinking(): boolean {
    return this.#place === "thought";
  }

  /** Within the header of a message, or in front of it: what the next message is has not been said. */
  get isInHeader(): boolean {
    return this.#place === "header";
  }

  /** True while the last characters may be the beginning of a marker. */
  get isUndecided(): boolean {
    return this.#held !== "";
  }

  /** What is written behind the last message, and is none of the next one's words yet. */
  get waitingText(): string {
    return (this.#place === "header" ? this.#header : "") + this.#held;
  }

  /** What is written so far of a header that calls a tool; undefined elsewhere. */
  get callHeader(): string | undefined {
    return this.#place === "header" ? this.#calls?.exec(this.#header + this.#held)?.[1] : undefined;
  }

  /** Characters that wait: the beginning of a marker, blanks that may be a frame. */
  get heldCharacters(): number {
    return this.#held.length + this.#blanks.length;
  }

  push(text: string): AnswerPart[] {
    // most of most answers: no marker means anything any more
    if (text !== "" && this.#place === "content" && this.#active().length === 0) this.#add("content", text);
    else for (const unit of text) this.#take(unit);
    return this.#parts.splice(0);
  }

  /** What was held back, for the end of a text. */
  finish(): AnswerPart[] {
    const held = this.#held;
    this.#held = "";
    for (const unit of held) this.#give(unit);
    // blanks that stand at the end of an answer were written; those at the end of a thought are its frame
    if (this.#place === "content" || (this.#place === "before" && !this.#isMarked)) this.#give("", true);
    return this.#parts.splice(0);
  }

  #readHeaders(end: string): void {
    this.#place = "content";
    this.push(end);
    this.finish();
    this.#blanks = "";
    if (this.#place === "content") this.#place = "before";
    this.#isMarked = this.#place !== "before";
    this.#given.thought = false;
    this.#given.content = false;
    this.#isNewPart = false;
  }

  /** One character: completes a marker, may begin one, or is text. */
  #take(unit: string): void {
    this.#held += unit;
    const marker = longest(this.#active().filter((candidate) => this.#held.endsWith(candidate)));
    if (marker !== undefined) {
      const before = this.#held.slice(0, this.#held.length - marker.length);
      this.#held = "";
      for (const character of before) this.#give(character);
      this.#meet(marker);
      return;
    }
    // giving a character may change which markers count, so each is asked anew
    while (this.#held !== "" && !this.#active().some((candidate) => candidate.startsWith(this.#held))) {
      const [first = ""] = this.#held;
      this.#held = this.#held.slice(first.length);
      this.#give(first);
    }
  }

  /** The markers that mean something here. */
  #active(): readonly string[] {
    const { opens, closes, wraps, headers, isMarkup } = this.#form;
    if (isMarkup) return this.#markers;
    if (this.#place === "thought") return this.#given.thought ? closes : [...closes, ...opens];
    const starts = wraps.map(([open]) => open);
    if (this.#place === "before") return [...opens, ...closes, ...starts, ...(headers?.starts ?? [])];
    const ends = this.#isWrapped ? wraps.map(([, close]) => close) : [];
    return this.#mayStray ? [...closes, ...ends] : ends;
  }

  #meet(marker: string): void {
    const { opens, wraps, headers } = this.#form;
    if (wraps.some(([open]) => open === marker)) this.#isWrapped = true;
    if (headers?.starts.includes(marker)) this.#enterHeader(marker);
    else if (headers?.ends.includes(marker)) this.#leaveHeader(this.#header + marker, headers.thinks);
    else if (opens.includes(marker)) this.#enter("thought");
    else if (this.#place === "content" && !this.#form.isMarkup) this.#mayStray = false;
    else this.#enter("before");
  }

  #enterHeader(marker: string): void {
    this.#header = this.#place === "header" ? this.#header + marker : marker;
    this.#enter("header");
  }

  #leaveHeader(header: string, thinks: RegExp): void {
    const called = this.#place === "header" ? this.#calls?.exec(header)?.[1] : undefined;
    this.#enter(called === undefined && thinks.test(header) ? "thought" : "before");
    if (called === undefined) return;
    this.#place = "content";
    this.#isNewPart = false;
    this.#add("content", called);
  }

  #enter(place: Place): void {
    if (place === "thought") this.#mayStray = false;
    // the repeated tag of a thought that the prompt opened begins no second one
    if (place !== "header") this.#isNewPart = true;
    // the blanks an answer ends with, in front of a marker, are no frame of the answer's
    this.#place = place;
    this.#blanks = "";
    this.#isMarked = true;
  }

  /** One character that is no marker's, or, at the end, the blanks that were waiting. */
  #give(character: string, isEnd = false): void {
    if (this.#place === "header") {
      this.#header += character;
      return;
    }
    if (!isEnd && /\s/.test(character) && this.#place !== "content") {
      if (this.#place === "before" && this.#isMarked) return;
      this.#blanks += character;
      return;
    }
    if (this.#place === "before" && !isEnd) this.#place = "content";
    this.#add(this.#place === "thought" ? "thought" : "content", character);
  }

  #add(kind: AnswerPart["kind"], character: string): void {
    const isFirst = !this.#given[kind];
    // a thought's own first blanks are its frame
    const blanks = kind === "thought" && (isFirst || this.#isNewPart) ? "" : this.#blanks;
    this.#blanks = "";
    const text = `${this.#isNewPart && !isFirst ? betweenParts : ""}${blanks}${character}`;
    if (text === "") return;
    this.#isNewPart = false;
    this.#given[kind] = true;
    const last = this.#parts.at(-1);
    if (last?.kind === kind) this.#parts[this.#parts.length - 1] = { kind, text: last.text + text };
    else this.#parts.push({ kind, text });
  }
}

/** Whether the prompt ends within a thought that its template, or the client's beginning of the answer, opened. */
function endsInThought({ opens, closes }: ReasoningForm, prompt: string, continued: string): boolean {
  const begun = continued.trim();
  const at = begun === "" ? -1 : prompt.lastIndexOf(begun);
  const [front, rest] = at < 0 ? [prompt, ""] : [prompt.slice(0, at), prompt.slice(at)];
  const lastOf = (markers: readonly string[]): number => Math.max(...markers.map((marker) => rest.lastIndexOf(marker)));
  const [opened, closed] = [lastOf(opens), lastOf(closes)];
  if (opened >= 0 || closed >= 0) return opened > closed;
  return opens.some((open) => front.trimEnd().endsWith(open));
}

function longest(texts: readonly string[]): string | undefined {
  return texts.reduce<string | undefined>(
    (best, text) => (best === undefined || text.length > best.length ? text : best),
    undefined,
  );
}
