/**
 * How a model marks its thoughts, as data.
 *
 * Two families: a thought stands between two tags (`<think>…</think>`), or an answer is a row of messages whose headers
 * say what they are (`<|channel|>analysis<|message|>…<|end|>`).
 */
export interface ReasoningForm {
  /** Begin a thought. */
  readonly opens: readonly string[];
  /** End a thought; in the second family they end any message. */
  readonly closes: readonly string[];
  /** Pairs that stand around the answer itself and say nothing: `<|START_RESPONSE|>`, `<|END_RESPONSE|>`. */
  readonly wraps: readonly (readonly [open: string, close: string])[];
  /** The second family's headers; undefined in the first. */
  readonly headers?: ReasoningHeaders | undefined;
  /** True where nobody writes the markers as text: they count anywhere. Else an answer may speak of its own tags. */
  readonly isMarkup: boolean;
  /** What the model is given to end a thought and begin its answer. */
  readonly ending: string;
}

export interface ReasoningHeaders {
  /** Begin a header, or go on with it. */
  readonly starts: readonly string[];
  /** End a header; the message follows. */
  readonly ends: readonly string[];
  /** Matches the whole header, its markers included, when the message is a thought. */
  readonly thinks: RegExp;
  /**
   * Matches a header, or the beginning of one, by which a tool is called; its first group is what belongs to the call. Counts
   * only where tools may be called.
   */
  readonly calls?: RegExp | undefined;
  /** What a model that has to call a tool may write first: the header of a thought, and what follows one. */
  readonly around?: readonly [thinking: string, bridge: string] | undefined;
  /** What the model is given in an open header to begin its answer. */
  readonly answering: string;
}

/** The first family with these pairs. `ending`: default the first closing tag. */
export function taggedForm(
  pairs: readonly (readonly [open: string, close: string])[],
  over: Partial<ReasoningForm> = {},
): ReasoningForm {
  return {
    opens: pairs.map(([open]) => open),
    closes: pairs.map(([, close]) => close),
    wraps: [],
    isMarkup: false,
    ending: pairs[0]?.[1] ?? "",
    ...over,
  };
}

/** Every marker of a form, each once. */
export function markersOf({ opens, closes, wraps, headers }: ReasoningForm): readonly string[] {
  return [...new Set([...opens, ...closes, ...wraps.flat(), ...(headers?.starts ?? []), ...(headers?.ends ?? [])])];
}
