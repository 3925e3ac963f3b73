/** How the answers of a batch look: a row for each prompt; while it runs, how far it is. */
import type { BatchAnswer, BatchEntry, BatchPrompt } from "../client/answer.js";
import type { BatchWork } from "../client/batch-work.js";
import { cleanText, oneLine } from "../client/clean-text.js";
import { speedText } from "./answer-view.js";
import { type Html, type HtmlValue, html } from "./html.js";
import { aside, bar, dotted, fold, line, prose, warningLines } from "./parts.js";
import { table, textTable } from "./table.js";
import { countText, durationText } from "./units.js";
import type { View } from "./view.js";

const head = [
  { name: "#", kind: "number" },
  "Prompt",
  { name: "Answer", kind: "long" },
  { name: "Tokens", kind: "number" },
  "Ended",
] as const;

/** Rows that are shown while it runs: those that ended last. */
const liveRows = 20;
/** Rows of a table; what is more is in the array. */
const mostRows = 500;
/** Characters of an answer that stand in its row; the whole is one click away. */
const rowCharacters = 300;

/** What was asked, in a few words: of a conversation what was said last. */
export const promptText = (prompt: BatchPrompt): string =>
  typeof prompt === "string" ? prompt : (prompt.at(-1)?.content ?? "");

const ends: Readonly<Record<string, string>> = { stop: "by itself", length: "cut" };

const endedText = ({ error, finish_reason }: BatchEntry): string =>
  error ? error.code : (ends[finish_reason ?? ""] ?? finish_reason ?? "–");

function textRow(entry: BatchEntry): string[] {
  const { index, prompt, text, error, usage } = entry;
  const tokens = error ? "–" : String(usage.completion_tokens);
  return [String(index), promptText(prompt), error ? error.message : text, tokens, endedText(entry)];
}

/** As text, but a long answer can be opened. */
function row(entry: BatchEntry): HtmlValue[] {
  const [index, prompt, answer, tokens, ended] = textRow(entry);
  return [index, prompt, unfoldable(answer ?? ""), tokens, ended];
}

/** A long text, cut, with all of it behind a click. */
function unfoldable(text: string): HtmlValue {
  return text.trim().length <= rowCharacters ? text : fold(oneLine(text, rowCharacters), prose(text.trim()));
}

function footer(batch: BatchAnswer): string {
  const { length, errors, usage, total_ms, model } = batch;
  const perSecond = usage.completion_tokens / (total_ms / 1000);
  return dotted(
    countText(length, "prompt"),
    errors.length > 0 && `${errors.length} failed`,
    countText(usage.completion_tokens, "token"),
    total_ms > 0 && usage.completion_tokens > 0 && speedText(perSecond),
    durationText(total_ms),
    model,
  );
}

function view(batch: BatchAnswer, state: string): View {
  const more = batch.length > mostRows && `… and ${batch.length - mostRows} more in the array`;
  const shown = batch.slice(0, mostRows);
  return {
    html: () =>
      html`${table(head, shown.map(row), { label: "Answers of a batch" })}${line(
        html`<div role="status">${aside(dotted(more, state))}</div>`,
        warningLines(batch.warnings),
      )}`,
    text: () =>
      cleanText(
        [textTable(head, shown.map(textRow)), `— ${dotted(more, state)}`, ...batch.warnings.map((w) => `! ${w}`)].join(
          "\n",
        ),
      ),
  };
}

export const batchView = (batch: BatchAnswer): View => view(batch, footer(batch));

/** "17/24 · 9 s left · 41 tokens/s" */
export function progressText({ done, total, tookMs, answers }: BatchWork): string {
  const leftMs = (tookMs / done) * (total - done);
  const perSecond = answers.usage.completion_tokens / (tookMs / 1000);
  return dotted(
    `${done}/${total}`,
    done > 0 && done < total && `${durationText(Math.ceil(leftMs / 1000) * 1000)} left`.replace(".0 s", " s"),
    perSecond > 0 && speedText(perSecond),
    answers.errors.length > 0 && `${answers.errors.length} failed`,
  );
}

/** A batch under way: a bar, and the rows that ended last. */
export function batchWorkView(work: BatchWork): View {
  const { done, total, answers } = work;
  const state = dotted(progressText(work), work.state === "running" && "■ stops it");
  const latest = new Set(work.entries.slice(-liveRows));
  const shown = answers.filter((entry) => latest.has(entry));
  const before = answers.length - shown.length;
  const rows = (): Html =>
    table(head, shown.map(textRow), {
      label: "Answers so far",
      ...(before > 0 && { caption: `${before} more came before these` }),
    });
  return {
    html: () => html`${line(bar(done / Math.max(1, total)), " ", state)}${shown.length > 0 && rows()}`,
    text: () => cleanText([state, shown.length > 0 ? textTable(head, shown.map(textRow)) : ""].join("\n").trim()),
  };
}

/** A batch that did not come to its end: what is there, and that it is not all. */
export function partialBatchView(work: BatchWork, what: string): View {
  const { answers, total, tookMs } = work;
  const state = dotted(
    `${what} after ${durationText(tookMs)}`,
    `${answers.length} of ${total} are here: lab.last.batch`,
  );
  if (answers.length === 0) {
    const sentence = `${what} after ${durationText(tookMs)}: no answer had come`;
    return { html: () => line(html`<div role="status">${aside(sentence)}</div>`), text: () => sentence };
  }
  return view(answers, state);
}
