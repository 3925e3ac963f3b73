/** Parameters of OpenAI's `POST /v1/responses`. Source: its API reference, as of openai-node 6.49 and openai-python 3.57. */
import { openaiAccount } from "./openai-chat.js";
import { honoured, type ParameterTable, refused, warned } from "./parameter.js";

const weather = {
  type: "function",
  name: "get_weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
} as const;

const notStored = "nothing is stored here; send the whole conversation as input";

export const openaiResponses: ParameterTable = {
  ...openaiAccount,
  model: honoured("the model that answers, by its id or an alias; one that is not loaded is loaded first", "other"),
  input: honoured("a text, or items: messages, function calls, what came of them, thoughts", "Hello again"),
  instructions: honoured("instructions before everything else", "Be brief."),
  max_output_tokens: honoured("most new tokens, thoughts included", 5),
  temperature: honoured("randomness", 0.5),
  top_p: honoured("keeps the likeliest tokens whose probabilities add up to this share", 0.5),
  stream: honoured("the answer as events", true),
  tools: honoured("functions that the model may call; tools that OpenAI's servers run are refused", [weather]),
  tool_choice: honoured(
    "none, auto, required, the one function to call, or some of them by allowed_tools",
    "required",
    { beside: { tools: [weather] } },
  ),
  parallel_tool_calls: honoured("false: one call at most", false, { beside: { tools: [weather] } }),
  text: honoured("format: text, json_object, or json_schema, which the answer obeys", {
    format: { type: "json_object" },
  }),
  reasoning: honoured("effort limits the thoughts of a model that thinks; with summary they stand there, as they are", {
    effort: "low",
  }),
  top_logprobs: honoured(
    "how probable each token of the answer and so many of the likeliest in its place were, up to 20",
    3,
  ),
  include: honoured("message.output_text.logprobs and reasoning.encrypted_content; the others have no effect", [
    "message.output_text.logprobs",
  ]),
  metadata: honoured("given back with the answer, and not stored", { a: "b" }),
  stream_options: warned("no event is padded", { include_obfuscation: true }, [{ include_obfuscation: false }, {}]),
  truncation: warned("nothing of a conversation is dropped: what does not fit is refused", "auto", ["disabled"]),
  context_management: warned("nothing of a conversation is dropped: what does not fit is refused", [{}], [[]]),
  max_tool_calls: warned("it counts calls of tools that OpenAI's servers run", 3),
  prompt_cache_options: warned("what a key has sent before is remembered by itself", { mode: "implicit" }),
  moderation: warned("answers are not moderated", { model: "omni-moderation-latest" }),
  background: refused("an answer is made while its client waits", true, [false]),
  previous_response_id: refused(notStored, "resp_1"),
  conversation: refused(notStored, "conv_1"),
  prompt: refused("no prompts are stored here; send the text as input", { id: "pmpt_1" }),
};
