/** Keeps what was asked and answered, and shows it again: a running answer goes on streaming in its new place. */
import type { Answer } from "../client/answer.js";
import { BatchWork } from "../client/batch-work.js";
import { type AskedOf, Kept, type KeptAnswer } from "../client/kept-answer.js";
import type { AnswerShelf, KeptAnswers } from "../client/kept-answers.js";
import { type Asked, StreamingReply } from "../client/reply.js";
import { batchIntoCell } from "../displays/batch-into-cell.js";
import { keptAnswersView, keptView } from "../displays/kept-view.js";
import { LiveOutput } from "../displays/live-output.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { streamIntoCell } from "../displays/stream-into-cell.js";

export function keepReply(shelf: AnswerShelf, asked: AskedOf, reply: StreamingReply): void {
  const said = (answer?: Answer) => ({
    text: reply.text,
    reasoning: reply.reasoning,
    answer: answer ?? null,
    batch: null,
  });
  shelf.add(shownAgain(new Kept(asked, reply, said), reply.asked));
}

export function keepBatch(shelf: AnswerShelf, batch: BatchWork): void {
  const [first = ""] = batch.prompts;
  const prompt = typeof first === "string" ? first : (first.at(-1)?.content ?? "");
  const said = () => ({ text: "", reasoning: "", answer: null, batch: batch.answers });
  shelf.add(shownAgain(new Kept({ prompt, messages: null }, batch, said), {}));
}

/** The last answers, as a cell gets them. */
export function keptAnswers(shelf: AnswerShelf): KeptAnswers {
  const answers: KeptAnswer[] = [...shelf.all];
  Object.defineProperty(answers, "clear", {
    enumerable: false,
    value: () => {
      shelf.clear();
      answers.length = 0;
    },
  });
  return selfDisplaying(answers as unknown as KeptAnswers, keptAnswersView);
}

function shownAgain<Value>(kept: Kept<Value>, asked: Asked): Kept<Value> {
  return selfDisplaying(
    kept,
    () => keptView(kept, asked),
    () => {
      const { work } = kept;
      if (work instanceof StreamingReply) streamIntoCell(work);
      else if (work instanceof BatchWork) batchIntoCell(work);
      else LiveOutput.open(keptView(kept, asked));
    },
  );
}
