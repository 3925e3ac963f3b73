/** How kept answers look: one as it was, many as a table. */
import { cleanText, oneLine } from "../client/clean-text.js";
import type { KeptAnswer } from "../client/kept-answer.js";
import { answerView, inline, paragraphs, type ShownOf, unfinishedView } from "./answer-view.js";
import { batchView } from "./batch-view.js";
import { html } from "./html.js";
import { aside, dotted, line } from "./parts.js";
import { table, textTable } from "./table.js";
import { countText, durationText, timeText } from "./units.js";
import type { View } from "./view.js";

/** Rows of a table; what is older is in the array. */
const mostRows = 50;

const states = { running: "still coming", done: "", failed: "failed", cancelled: "cancelled" } as const;

/** What was asked and the whole of what was answered. */
export function keptView(kept: KeptAnswer, asked: ShownOf): View {
  if (kept.batch !== null) return keptBatchView(kept);
  const state = dotted(`${states[kept.state]} after ${durationText(kept.took_ms)}`, kept.error);
  const { maxLength, isRaw } = asked;
  const shown = {
    ...(maxLength !== undefined && { maxLength }),
    ...(isRaw && { isRaw }),
    isOver: kept.state !== "running",
  };
  const said = kept.answer ? answerView(kept.answer, shown) : unfinishedView(kept, state, shown);
  const { markdown } = said;
  return {
    html: () => html`${line(aside(oneLine(kept.prompt, 200)))}${said.html()}`,
    text: () => `${cleanText(`> ${oneLine(kept.prompt, 200)}`)}\n${said.text()}`,
    ...(markdown && { markdown: () => paragraphs(`> ${inline(oneLine(kept.prompt, 200))}`, markdown()) }),
  };
}

function keptBatchView({ batch, state, took_ms, error }: KeptAnswer): View {
  const view = batchView(batch as NonNullable<KeptAnswer["batch"]>);
  if (state === "done") return view;
  const note = dotted(`${states[state]} after ${durationText(took_ms)}`, error);
  return { html: () => html`${view.html()}${line(aside(note))}`, text: () => `${view.text()}\n— ${cleanText(note)}` };
}

const head = [
  { name: "#", kind: "number" },
  "Time",
  "Prompt",
  { name: "Answer", kind: "long" },
  { name: "Tokens", kind: "number" },
  "Ended",
] as const;

function rowOf(kept: KeptAnswer, index: number): string[] {
  const { prompt, text, batch, usage, state, error, finish_reason, started_at } = kept;
  const said = batch ? countText(batch.length, "answer") : text;
  const ended = state === "done" ? (finish_reason === "length" ? "cut" : "by itself") : states[state];
  return [
    String(index),
    timeText(started_at),
    oneLine(prompt, 200),
    error === null ? said.trim() : error,
    usage ? String(usage.completion_tokens) : "–",
    ended,
  ];
}

/** The newest first. */
export function keptAnswersView(answers: readonly KeptAnswer[]): View {
  if (answers.length === 0) {
    const nothing = "No answer is kept yet: lab.generate, chat, show, batch and conversations fill this.";
    return { html: () => line(aside(nothing)), text: () => nothing };
  }
  const rows = answers.map(rowOf).reverse().slice(0, mostRows);
  const footer = dotted(
    countText(answers.length, "answer"),
    answers.length > mostRows && `the newest ${mostRows} are shown`,
    "lab.answers[0] shows one whole, lab.answers.clear() forgets all",
  );
  return {
    html: () => html`${table(head, rows, { label: "Kept answers" })}${line(aside(footer))}`,
    text: () => `${textTable(head, rows)}\n— ${footer}`,
  };
}
