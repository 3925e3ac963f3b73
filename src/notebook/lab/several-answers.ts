/** Several answers to one question, which a lab gives whole. */
import type { AssistantMessage, ChatResponse, FinishReason, GenerateResponse } from "../../server/wire/generation.js";
import type { Logprobs } from "../../server/wire/tokens.js";
import { type Answer, type AnswerData, extrasOf } from "../client/answer.js";
import type { CallOptions, Connection } from "../client/connection.js";
import type { Asked, ReplyListener } from "../client/reply.js";
import { LabRequestError } from "../client/request-error.js";
import { whileAnswering } from "../client/while-answering.js";
import { completeAnswers } from "./complete-answer.js";

/** One of them, from either route. */
interface Choice {
  readonly index: number;
  readonly response?: string;
  readonly reasoning_content?: string;
  readonly message?: AssistantMessage;
  readonly finish_reason: FinishReason;
  readonly logprobs?: Logprobs;
}

type Whole = GenerateResponse | ChatResponse;

/** Seeds are whole numbers below this. */
const seedRange = 2 ** 32;

/** Asks for them; `body` says how many. The first is the text of the reply. */
export async function severalAnswers(
  connection: Connection,
  path: string,
  call: CallOptions & { readonly body: object; readonly signal: AbortSignal },
  reply: Pick<ReplyListener, "push">,
  asked: Asked,
): Promise<Answer> {
  const options = { ...call, body: { ...call.body, stream: false }, headSeconds: 0, silenceSeconds: 0 };
  // it has no deadline but its own `max_time`: the lab is asked how it is meanwhile
  const whole = await whileAnswering(connection, { signal: call.signal }, (signal) =>
    connection.json<Whole>("POST", path, { ...options, signal }),
  );
  const [first, ...others] = choicesOf(whole).map((choice) => answerOf(choice, whole));
  if (first === undefined) {
    throw new LabRequestError("not_a_lab", `${connection.url} gave no answer. Is it a lab? Check the address.`);
  }
  reply.push({ text: first.text, reasoning: first.reasoning ?? "" });
  return completeAnswers([first, ...others], asked);
}

/** A lab of before `n` gives one answer. */
const choicesOf = (whole: Whole): readonly Choice[] =>
  "response" in whole ? (whole.choices ?? [{ ...whole, index: 0 }]) : whole.choices;

function answerOf({ index, response, message, finish_reason, logprobs, ...choice }: Choice, whole: Whole): AnswerData {
  const extras = extrasOf(whole);
  return {
    text: response ?? message?.content ?? "",
    reasoning: choice.reasoning_content ?? message?.reasoning_content ?? null,
    ...(message?.tool_calls && { tool_calls: message.tool_calls }),
    finish_reason,
    ...(logprobs && { logprobs: logprobs.content }),
    ...extras,
    seed: (extras.seed + index) % seedRange,
  };
}
