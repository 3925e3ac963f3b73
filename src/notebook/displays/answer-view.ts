/** How an answer looks: its text, then what it cost and why it ended. */

import type { Answer } from "../client/answer.js";
import { cleanText } from "../client/clean-text.js";
import type { Reply } from "../client/reply.js";
import { type Html, html } from "./html.js";
import { aside, dotted, foldedProse, line, prose, warningLines } from "./parts.js";
import { countText, durationText } from "./units.js";
import type { View } from "./view.js";

const reasons: Readonly<Record<string, string>> = { stop: "stop", length: "length (a limit was reached)" };

/** One line: why it ended, tokens, speed, first token, cache, seed, model. */
export function answerFooter({ finish_reason, usage, timings, seed, model }: Answer): string {
  const thoughts = usage.completion_tokens_details.reasoning_tokens;
  const cached = usage.prompt_tokens_details.cached_tokens;
  return dotted(
    reasons[finish_reason] ?? finish_reason,
    countText(usage.completion_tokens, "token"),
    thoughts > 0 && `${thoughts} of them thoughts`,
    timings.tokens_per_second > 0 && `${timings.tokens_per_second.toFixed(1)} tokens/s`,
    `first after ${durationText(timings.time_to_first_token_ms)}`,
    cached > 0 && `${cached} of ${usage.prompt_tokens} prompt tokens from the cache`,
    `seed ${seed}`,
    model,
  );
}

/** The thoughts before an answer, folded once the answer began. Nothing where there are none. */
const thoughtsOf = (reasoning: string | null, text: string): Html | false =>
  reasoning !== null &&
  reasoning !== "" &&
  foldedProse(text === "" ? "Thinking …" : "Thoughts", reasoning, text === "");

/** The whole answer, behind the text it continues if that is given. */
export const answerView = (answer: Answer, continued?: string): View => ({
  html: () =>
    line(
      answer.reasoning !== null && foldedProse("Thoughts", answer.reasoning, false),
      prose(answer.text, continued),
      aside(answerFooter(answer)),
      warningLines(answer.warnings),
    ),
  text: () => cleanText([answer.text, `— ${answerFooter(answer)}`, ...answer.warnings.map((w) => `! ${w}`)].join("\n")),
});

/** What there is of an answer that has not ended. */
type Unfinished = Pick<Reply, "text" | "reasoning">;

/** How it looks while it comes, or when it did not end well: what there is of it and a line about where it stands. */
export const unfinishedView = ({ text, reasoning }: Unfinished, status: string, continued?: string): View => ({
  html: () => html`${line(thoughtsOf(reasoning, text), prose(text, continued), aside(status))}`,
  text: () => cleanText(`${text}\n— ${status}`),
});

/** A reply that is printed instead of awaited. */
export const replyView = (reply: Reply): View =>
  unfinishedView(reply, `reply, ${reply.state}: await it for the answer, or iterate it for the pieces`);
