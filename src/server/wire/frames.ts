/** What a stream of `/generate` and `/chat` has in each frame. */
import type { FinishReason, Timings, Usage } from "./generation.js";
import type { Logprobs } from "./tokens.js";
import type { CalledToolDelta } from "./tools.js";

/** One JSON frame of a `/generate` stream asked for with `Accept: text/event-stream`. */
export interface GenerateFrame {
  id: string;
  model: string;
  /** The next piece of text; "" in the last frame. */
  response: string;
  /** The next piece of thought; `response` is "" beside it. */
  reasoning_content?: string;
  /** Tokens made since the frame before, where `logprobs` asked for them. */
  logprobs?: Logprobs;
  /** null until the last frame, which also carries the extras. */
  finish_reason: FinishReason | null;
  seed?: number;
  usage?: Usage;
  timings?: Timings;
  warnings?: string[];
}

/** One JSON frame of a `/chat` stream. */
export interface ChatFrame {
  id: string;
  model: string;
  /** Set in frames of the default stream: LocalLab's Python client reads the text here. */
  role?: "assistant";
  content?: string;
  /** The next piece of thought; there is no other content beside it. */
  reasoning_content?: string;
  /** The next part of a call, one at a time. */
  tool_calls?: CalledToolDelta[];
  choices: [
    {
      index: 0;
      delta: {
        role?: "assistant";
        content?: string;
        reasoning_content?: string;
        tool_calls?: CalledToolDelta[];
      };
      finish_reason: FinishReason | null;
      /** Tokens made since the frame before, where `logprobs` asked for them. */
      logprobs?: Logprobs;
    },
  ];
  seed?: number;
  usage?: Usage;
  timings?: Timings;
  warnings?: string[];
}

/**
 * How far a stream of LocalLab's own events is that has said nothing yet. It stands in comments (`: progress {…}`), which
 * readers of events skip.
 */
export type StreamProgress =
  /** The model loads; `progress` from 0 to 1, null where it is not known. */
  | { state: "loading"; model: string; progress: number | null }
  /** Waits for a slot; 1 is next. */
  | { state: "queued"; position: number | null }
  /** Reads the prompt. */
  | { state: "prefilling"; read_tokens: number; prompt_tokens: number };
