/** Body of `POST /v1/completions`. */
import { z } from "zod";
import type { CompletionRequest } from "../wire/openai.js";
import { type Body, bodyOf } from "./body.js";
import { maxPromptCharacters } from "./chat-messages.js";
import { exactly } from "./exactly.js";
import { flagField, orDefault, textField, wholeField } from "./field-schemas.js";
import { promptInput } from "./generation.js";
import type { ChoicesCall } from "./generation-call.js";
import { optionAliases } from "./generation-options.js";
import { choicesCall, completionFields, type FilledCompletionOptions, withAnySeed } from "./openai-options.js";
import { withUnlimited } from "./other-spellings.js";
import { llamaServer } from "./parameters/llama-server.js";
import { openaiCompletions } from "./parameters/openai-completions.js";
import type { Fields } from "./read-fields.js";

export interface CompletionCall {
  readonly modelId: string | undefined;
  /** Texts, or ids of tokens, to continue. */
  readonly prompts: readonly (string | readonly number[])[];
  /** The prompt stands before the answer. */
  readonly echo: boolean;
  readonly stream: boolean;
  readonly warnings: readonly string[];
  /** The answers to ask for, once all prompts are texts. */
  readonly withTexts: (texts: readonly string[]) => ChoicesCall;
}

type FilledCompletion = FilledCompletionOptions & {
  prompt: string | string[] | number[] | number[][];
  echo: boolean;
};

const mostPrompts = 128;
const mostIds = 65_536;
/** Ids are 32 bits wide; the engine knows how many there are. */
const idField = wholeField(0, 2 ** 31 - 1);
const text = textField(1, maxPromptCharacters);
const ids = z.array(idField).min(1).max(mostIds);

const promptField = z
  .union([text, ids, z.array(text).min(1).max(mostPrompts), z.array(ids).min(1).max(mostPrompts)], {
    error: `a text of 1 to ${maxPromptCharacters} characters, a list of up to ${mostPrompts}, ids of tokens, or a list of up to ${mostPrompts} lists of ids`,
  })
  .describe("What to continue: a text, a list of them, ids of tokens, or a list of such.");

/** The default of OpenAI's document: these answers are short unless more is asked for. */
const usualTokens = 16;

export const completionBody: Body<CompletionCall> = bodyOf({
  schema: exactly<FilledCompletion, CompletionRequest>()(
    z
      .object({
        prompt: promptField,
        ...completionFields({ max_length: usualTokens }),
        echo: orDefault(flagField(), false, "The prompt before the answer."),
      })
      .meta({ id: "CompletionRequest" }),
  ),
  aliases: optionAliases,
  parameters: [openaiCompletions, llamaServer],
  unknown: "tell",
  prepare: (fields) => withoutOwnBest(withAnySeed(withUnlimited(fields))),
  toCall: (filled, fields) => {
    const { echo, stream } = filled;
    const prompts = promptsOf(filled.prompt);
    const remarks = [...fields.remarks, ...remarksOn(filled, prompts)];
    const withTexts = (texts: readonly string[]): ChoicesCall =>
      choicesCall(
        filled,
        { ...fields, remarks },
        texts.map((one) => promptInput(one, filled.system_prompt)),
      );
    const { modelId, warnings } = withTexts([""]);
    return { modelId, prompts, echo, stream, warnings, withTexts };
  },
});

/** Choosing the best of as many as are asked for is no choice. */
function withoutOwnBest(fields: Fields): Fields {
  const isOwn = fields.rest.has("best_of") && fields.rest.get("best_of") === (fields.values.n ?? 1);
  return isOwn ? { ...fields, unknown: fields.unknown.filter((name) => name !== "best_of") } : fields;
}

function promptsOf(prompt: FilledCompletion["prompt"]): CompletionCall["prompts"] {
  if (typeof prompt === "string") return [prompt];
  return typeof prompt[0] === "number" ? [prompt as number[]] : (prompt as string[] | number[][]);
}

function remarksOn({ echo, logprobs }: FilledCompletion, prompts: CompletionCall["prompts"]): Fields["remarks"] {
  const ofIds = prompts.some((prompt) => typeof prompt !== "string");
  return [
    ...(echo && logprobs !== null
      ? [{ param: "logprobs", sentence: "logprobs are those of the answer: none are told of the prompt." }]
      : []),
    ...(ofIds ? [{ param: "prompt", sentence: "Ids of tokens are read as the text that they are." }] : []),
  ];
}
