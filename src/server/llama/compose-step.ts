/**
 * What the next decoding step is made of.
 *
 * What a row comes out as, to the last bit, depends on how many rows of its sequence share its step. So prompts are read in
 * pieces that end at multiples of one length, each alone in its step, and everything else goes one row a sequence, in any
 * company: then an answer depends on its own tokens only.
 *
 * Sources: ggml-cpu/ops.cpp `ggml_compute_forward_flash_attn_ext` (three ways by the number of rows), llama.cpp
 * `llama_batch_allocr::split_equal` (cuts up a piece that has company).
 */

/** One sequence at work, as far as the next step is concerned. */
export interface LaneState {
  /** True while it reads its prompt. */
  readonly isReading: boolean;
  /** Tokens it holds: the position of the next one. */
  readonly position: number;
  /** Tokens that wait to be computed, at least 1. */
  readonly waiting: number;
  /** Prompt tokens that all sequences had read when this one came. */
  readonly readAtArrival: number;
}

/** Tokens of one sequence in a step. */
export interface Share {
  /** Place of the sequence in the list. */
  readonly lane: number;
  readonly tokens: number;
}

export interface StepPlan {
  /** A piece of one prompt, or a row of each sequence that is past its prompt. */
  readonly kind: "piece" | "rows";
  /** In the order of the list. */
  readonly shares: readonly Share[];
}

/**
 * The next step; null when there is nothing to do.
 *
 * Pieces and rows take turns: between two steps of rows as many pieces are read as fit into one piece's length, and at
 * least one. Among prompts the one with the least left comes first; every token that others read since it came makes one
 * more urgent, so none waits for ever.
 *
 * `lanes` in the order of their sequences, which is the order the decoder joins. `pieceTokens`: length of a piece, at least
 * 1. `readSinceRows`: prompt tokens read since the last step of rows.
 */
export function composeStep(lanes: readonly LaneState[], pieceTokens: number, readSinceRows: number): StepPlan | null {
  const rows: Share[] = [];
  let first = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [lane, { isReading, waiting, readAtArrival }] of lanes.entries()) {
    if (!isReading) rows.push({ lane, tokens: 1 });
    else if (readAtArrival + waiting < least) {
      first = lane;
      least = readAtArrival + waiting;
    }
  }
  const reader = lanes[first];
  if (reader === undefined) return rows.length === 0 ? null : { kind: "rows", shares: rows };
  const tokens = Math.min(reader.waiting, pieceTokens - (reader.position % pieceTokens));
  const isTurn = readSinceRows === 0 || readSinceRows + tokens <= pieceTokens;
  if (rows.length > 0 && !isTurn) return { kind: "rows", shares: rows };
  return { kind: "piece", shares: [{ lane: first, tokens }] };
}
