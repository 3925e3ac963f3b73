/** How answers look, one of each kind, for the looks of displays. */
import { type AnswerData, type BatchAnswer, type BatchEntry, extrasOf } from "../../src/notebook/client/answer.js";
import { BatchAnswers } from "../../src/notebook/client/batch-answers.js";
import type { KeptAnswer } from "../../src/notebook/client/kept-answer.js";
import { answerView, thinkingView, unfinishedView } from "../../src/notebook/displays/answer-view.js";
import { batchView } from "../../src/notebook/displays/batch-view.js";
import { keptAnswersView } from "../../src/notebook/displays/kept-view.js";
import type { View } from "../../src/notebook/displays/view.js";

const moment = "2026-01-01T12:00:00.000Z";
const id = "a-folder/SmolLM2-135M-Instruct.Q4_1";
const long = "A long answer goes on and on, and nobody knows where it ends. ".repeat(12);

const answered = (
  index: number,
  prompt: string,
  text: string,
  finish_reason: "stop" | "length" | null,
): BatchEntry => ({
  ...extrasOf({ model: id, warnings: index === 0 ? ['Unknown fields are ignored: "logprob".'] : [] }),
  index,
  prompt,
  text,
  reasoning: null,
  finish_reason,
  error: finish_reason === null ? { index, code: "queue_timeout", message: "It waited too long." } : null,
});

const batch: BatchAnswer = BatchAnswers.gathered(
  [answered(0, "The sea", long, "stop"), answered(1, long, "Short.", "length"), answered(2, "C", "", null)],
  4321,
);

const answer: AnswerData = { ...extrasOf({ model: id }), text: long, reasoning: long, finish_reason: "length" };

const kept = (prompt: string, text: string, state: KeptAnswer["state"]): KeptAnswer => ({
  ...{ prompt, text, state, messages: null, reasoning: "", answer: null, batch: null },
  ...{ usage: extrasOf({}).usage, timings: null, finish_reason: "stop", error: state === "failed" ? long : null },
  ...{ started_at: moment, took_ms: 4321 },
});

export const answerSamples: Readonly<Record<string, View>> = {
  "lab.batch()": batchView(batch),
  "lab.answers": keptAnswersView([
    kept("The sea", long, "done"),
    kept(long, "So far", "cancelled"),
    kept("C", "", "failed"),
  ]),
  "an answer as it was written": answerView(answer, { isRaw: true, continued: "Once", maxLength: 80 }),
  "an answer that comes": unfinishedView({ text: long }, "142 tokens · 58 tokens/s · ■ stops it", { isRaw: true }),
  "thoughts that come": thinkingView(long, "12 tokens · ■ stops it"),
};
