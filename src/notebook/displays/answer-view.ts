/** How an answer looks: its text as Markdown, then what it cost and why it ended. */
import type { AnswerData } from "../client/answer.js";
import { cleanText, oneLine } from "../client/clean-text.js";
import type { Asked, Reply } from "../client/reply.js";
import { html } from "./html.js";
import { plainInMarkdown } from "./markdown-line.js";
import { aside, breaking, dotted, foldedProse, line, prose, warningLines } from "./parts.js";
import { safeMarkdown } from "./safe-markdown.js";
import { countText, durationText } from "./units.js";
import type { View } from "./view.js";

/** What of the question shows in the answer. */
export type ShownOf = Pick<Asked, "continued" | "maxLength" | "isRaw">;

/** Prompt tokens from the cache are worth a word from so many on, and as such a share of the prompt. */
const notableTokens = 32;
const notableShare = 0.25;

/** Characters of a call's arguments that are shown. */
const longestArguments = 200;

/** What it cost: tokens, speed, first token, thoughts, cache, seed, model. */
function costText({ usage, timings, seed, model }: AnswerData): string {
  const thoughts = usage.completion_tokens_details.reasoning_tokens;
  const cached = usage.prompt_tokens_details.cached_tokens;
  const isNotable = cached >= notableTokens && cached >= usage.prompt_tokens * notableShare;
  return dotted(
    countText(usage.completion_tokens, "token"),
    timings.tokens_per_second > 0 && speedText(timings.tokens_per_second),
    `first after ${durationText(timings.time_to_first_token_ms)}`,
    thoughts > 0 && `${thoughts} of them thoughts`,
    isNotable && `${cached} of ${usage.prompt_tokens} prompt tokens from the cache`,
    `seed ${seed}`,
    model,
  );
}

/** Why it ended, and whether that is worth a second look. */
function endOf(answer: AnswerData, maxLength: number | undefined): { words: string; isUsual: boolean } {
  const { finish_reason, usage, tool_calls } = answer;
  if (finish_reason === "tool_calls") return { words: `called ${callsText(tool_calls)}`, isUsual: true };
  if (finish_reason === "stop") return { words: "ended by itself", isUsual: true };
  if (finish_reason !== "length") return { words: finish_reason, isUsual: false };
  const isAsked = maxLength !== undefined && usage.completion_tokens >= maxLength;
  return {
    words: isAsked ? `cut at max_length ${maxLength}` : `cut after ${countText(usage.completion_tokens, "token")}`,
    isUsual: false,
  };
}

/** As one would write them: `get_weather({"city": "Ur"})`. */
function callsText(calls: AnswerData["tool_calls"] = []): string {
  const written = calls.map(
    ({ function: { name, arguments: given } }) => `${name}(${oneLine(given, longestArguments)})`,
  );
  return written.join(", ");
}

/** One line: what it cost, why it ended. */
export const answerFooter = (answer: AnswerData, maxLength?: number): string =>
  dotted(costText(answer), endOf(answer, maxLength).words);

/** "45 tokens/s", "3.2 tokens/s". */
export const speedText = (perSecond: number): string =>
  `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} tokens/s`;

/** The whole answer, behind the text it continues if that is given. */
export function answerView(answer: AnswerData, shown: ShownOf = {}): View {
  const { words, isUsual } = endOf(answer, shown.maxLength);
  const footer = answerFooter(answer, shown.maxLength);
  const text = (): string =>
    cleanText([behind(answer.text, shown), `— ${footer}`, ...answer.warnings.map((w) => `! ${w}`)].join("\n"));
  const rawHtml = () =>
    line(
      answer.reasoning !== null && foldedProse("Thoughts", answer.reasoning, false),
      prose(trimmed(answer.text, shown), shown.continued),
      html`<div role="status">${aside(costText(answer), " · ", isUsual ? words : html`<b style="${tint}">${words}</b>`)}</div>`,
      warningLines(answer.warnings),
    );
  if (shown.isRaw) return { html: rawHtml, text };
  const end = isUsual ? inline(words) : `<b style="${tint}">${inline(words)}</b>`;
  const markdown = (): string =>
    paragraphs(
      answer.reasoning !== null && thoughtsInMarkdown(answer.reasoning),
      answerMarkdown(answer.text, shown),
      [
        small(`${inline(costText(answer))} · ${end}`, "status"),
        ...answer.warnings.map((warning) => small(`⚠ ${inline(warning)}`)),
      ].join("<br>\n"),
    );
  return { html: rawHtml, text, markdown };
}

/** What there is of an answer that has not ended. */
type Unfinished = Pick<Reply, "text">;

/** How it looks while it comes, or when it did not end well: what there is of it and a line about where it stands. */
export function unfinishedView(
  reply: Unfinished,
  status: string,
  shown: ShownOf & { readonly isOver?: boolean } = {},
): View {
  const { isOver = false } = shown;
  const role = isOver ? "status" : undefined;
  const text = (): string => cleanText(dottedLines(behind(reply.text, shown), `— ${status}`));
  const rawHtml = () => {
    const said = prose(trimmed(reply.text, shown), shown.continued);
    const state = isOver ? html`<div role="status">${aside(status)}</div>` : aside(status);
    return line(
      isOver
        ? said
        : html`<div tabindex="0" role="group" aria-label="The answer as it comes" style="${newestInView}"><div>${said}</div></div>`,
      state,
    );
  };
  if (shown.isRaw) return { html: rawHtml, text };
  const markdown = (): string => {
    const said = answerMarkdown(reply.text, shown);
    return paragraphs(isOver || !isLong(said) ? said : inView(said), small(inline(status), role));
  };
  return { html: rawHtml, text, markdown };
}

/** Thoughts while they come: their newest lines, and where it stands. */
export const thinkingView = (reasoning: string, status: string): View => ({
  html: () =>
    html`${line(html`<div style="opacity:0.75">Thinking …</div>`, html`<div tabindex="0" role="group" aria-label="Thoughts as they come" style="${newestInView};max-height:12em;opacity:0.75"><div style="white-space:pre-wrap;${breaking};padding-left:10px;border-left:3px solid rgba(128,128,128,0.4)">${reasoning.trim()}</div></div>`, aside(status))}`,
  text: () => cleanText(dottedLines(reasoning.trim(), `— ${status}`)),
});

/** Thoughts once the answer has begun, folded. */
export const thoughtsView = (reasoning: string): View => ({
  html: () => line(foldedProse("Thoughts", reasoning.trim(), false)),
  text: () => cleanText(`Thoughts: ${oneLine(reasoning, 200)}`),
});

/** A reply that is printed instead of awaited. */
export const replyView = (reply: Reply): View =>
  unfinishedView(reply, `reply, ${reply.state}: await it for the answer, or iterate it for the pieces`);

/** The unusual stands out by a tint and by its weight: text of the page's own colour is readable on it. */
const tint = "background:rgba(214,140,0,0.25);padding:0 3px;border-radius:3px";

/** The page need not be scrolled while it comes: what is newest stays at the lower edge, without a script. */
const newestInView = "max-height:60vh;overflow-y:auto;display:flex;flex-direction:column-reverse";

/** Lines and characters from which an answer may be higher than the page. */
const longLines = 20;
const longCharacters = 1500;
const isLong = (markdown: string): boolean =>
  markdown.length > longCharacters || markdown.split("\n").length > longLines;

const inView = (markdown: string): string =>
  `<div tabindex="0" style="${newestInView}"><div>\n\n${markdown}\n\n</div></div>`;

const trimmed = (text: string, { continued }: ShownOf): string =>
  continued === undefined ? text.trim() : text.trimEnd();

const behind = (text: string, shown: ShownOf): string => `${shown.continued ?? ""}${trimmed(text, shown)}`;

/** The text as Markdown; what it continues is less strong. */
export function answerMarkdown(text: string, shown: ShownOf = {}): string {
  const { continued = "" } = shown;
  if (continued === "") return safeMarkdown(text);
  return `<span style="opacity:0.75">${plainInMarkdown(cleanText(continued))}</span>${continuation(text)}`;
}

/** What follows directly keeps its first blank or line end, which Markdown would take away. */
function continuation(text: string): string {
  const [blank = ""] = /^\s*/.exec(text) ?? [];
  const rest = safeMarkdown(text);
  if (blank.includes("\n")) return `\n\n${rest}`;
  return (blank === "" ? "" : " ") + rest;
}

/** Thoughts in Markdown, folded. */
export const thoughtsInMarkdown = (reasoning: string): string =>
  `<details><summary>Thoughts</summary>\n\n${safeMarkdown(reasoning)}\n\n</details>`;

/** One line of Markdown from text that may have come from elsewhere. */
export const inline = (text: string): string => safeMarkdown(oneLine(text, 2000));

export const small = (markdown: string, role?: "status"): string =>
  `<small${role === undefined ? "" : ` role="${role}"`}>${markdown}</small>`;

export const paragraphs = (...parts: (string | false)[]): string => parts.filter(Boolean).join("\n\n");

const dottedLines = (...parts: string[]): string => parts.filter((part) => part !== "").join("\n");
