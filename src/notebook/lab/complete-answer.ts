/** Answers as a cell gets them: their data, and what can be asked of them. */
import type { Answer, AnswerData } from "../client/answer.js";
import type { Asked } from "../client/reply.js";
import { LabRequestError } from "../client/request-error.js";
import { answerView } from "../displays/answer-view.js";
import { selfDisplaying } from "../displays/self-displaying.js";

/** All answers to one question, the first of them with the others at hand. `data` has at least one. */
export function completeAnswers(data: readonly [AnswerData, ...AnswerData[]], asked: Asked): Answer {
  const { continued: _, ...alone } = asked;
  const answers = data.map((one) => {
    const shown = selfDisplaying(one, (answer) => answerView(answer, alone));
    const json = (schema?: { parse(value: unknown): unknown }): unknown => jsonIn(one, schema, asked);
    // no fields: printed, copied or as JSON, an answer is its data
    return Object.defineProperties(shown, {
      json: { enumerable: false, value: json },
      answers: { enumerable: false, get: () => answers },
    }) as Answer;
  });
  return answers[0] as Answer;
}

function jsonIn(
  { text, finish_reason, usage }: AnswerData,
  schema: { parse(value: unknown): unknown } | undefined,
  { read = (value) => value }: Asked,
): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why =
      finish_reason === "length"
        ? `The answer was cut after ${usage.completion_tokens} tokens, so it is no whole JSON. Ask again with a larger max_length.`
        : "The answer is no JSON. Give json_schema with the question, and it will be.";
    throw new LabRequestError("not_json", why, { cause: error });
  }
  return schema === undefined ? read(value) : schema.parse(value);
}
