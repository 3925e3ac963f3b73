/** What the programs in Python are told: where the servers are, what to ask, and what must come. */
import { nextTokenProbabilities } from "../../../src/server/models/sample/sample-language.js";
import { afterCalls, citySchema, expectedCalls } from "../../clients/calling-script.js";
import { type ClientLab, clientKey, embedded, models, question } from "../../clients/client-lab.js";
import { type Api, expectedError, generationCodes } from "../../clients/error-classes.js";
import { type FaultyLab, faultyAnswer } from "../../clients/faulty-lab.js";
import { chatTokens, endlessChat, greedyChat, greedyText } from "../../support/sample-theory.js";
import { expectedAnswer, expectedThought } from "../../support/thinking-scripts.js";

/** All of it, as JSON can say it. */
export function given(lab: ClientLab, faulty: FaultyLab): object {
  const { text, tokens } = greedyChat("sample", [...question], 64);
  const prompt = chatTokens("sample", [...question]);
  return {
    address: lab.address,
    faulty: faulty.address,
    key: clientKey,
    models,
    question,
    endless: endlessChat,
    answer: text,
    answerTokens: tokens.length,
    promptTokens: prompt.length,
    chances: tokens.map(
      (token, place) => nextTokenProbabilities("sample", [...prompt, ...tokens.slice(0, place)])[token],
    ),
    continued: greedyText("sample", "Hello", 8).text,
    embedded: { texts: embedded.map((one) => one.text), vectors: embedded.map(({ vector }) => vector) },
    calls: expectedCalls,
    citySchema,
    afterCalls,
    thought: expectedThought,
    thoughtful: expectedAnswer,
    faultyAnswer,
    errors: errorsOf("openai"),
    errorsOfAnthropic: errorsOf("anthropic"),
  };
}

const errorsOf = (api: Api): object =>
  Object.fromEntries(generationCodes.map((code) => [code, expectedError(api, code)]));
