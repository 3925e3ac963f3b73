/** Parameters of OpenAI's `POST /v1/chat/completions`. Source: its API reference, as of openai-node 6.49 and openai-python 3.57. */
import { honoured, type ParameterTable, refused, warned } from "./parameter.js";

const weather = {
  type: "function",
  function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
} as const;

/** What every route of OpenAI's has for its own accounts, and what becomes of it. */
export const openaiAccount: ParameterTable = {
  user: warned("requests are told apart by their keys", "user-1"),
  safety_identifier: warned("requests are told apart by their keys", "user-1"),
  metadata: warned("nothing of a request is stored", { a: "b" }, [{}]),
  store: warned("nothing of a request is stored", true, [false]),
  service_tier: warned("there is one tier", "flex", ["auto", "default"]),
  prompt_cache_key: warned("what a key has sent before is remembered by itself", "chat-1"),
  prompt_cache_retention: warned("what a key has sent before is remembered for as long as memory allows", "24h"),
};

/** How tokens are chosen, as both routes for text have it. */
export const openaiSampling: ParameterTable = {
  model: honoured("the model that answers, by its id or an alias; one that is not loaded is loaded first", "other", {
    as: "model_id",
  }),
  temperature: honoured("randomness", 0.5),
  top_p: honoured("keeps the likeliest tokens whose probabilities add up to this share", 0.5),
  n: honoured("answers, up to 8, with the seeds seed, seed + 1 and so on", 2),
  stream: honoured("the answer in chunks, as server-sent events", true),
  stream_options: honoured(
    "include_usage, and continuous_usage_stats as vLLM has it",
    { include_usage: true },
    {
      beside: { stream: true },
    },
  ),
  stop: honoured("up to 16 texts that end the answer", ["END"]),
  max_tokens: honoured("most new tokens", 5, { as: "max_length" }),
  presence_penalty: honoured("pushes down tokens that the answer has", 0.5),
  frequency_penalty: honoured("pushes down tokens by how often the answer has them", 0.5),
  logit_bias: honoured("added to the scores of tokens, by their ids", { "42": -100 }),
  seed: honoured("the same seed and request give the same text", 7),
};

export const openaiChat: ParameterTable = {
  ...openaiSampling,
  ...openaiAccount,
  messages: honoured("the conversation; parts of text are joined, pictures, sound and files are refused", [
    { role: "user", content: "Hello again" },
  ]),
  max_completion_tokens: honoured("most new tokens, thoughts included", 5, { as: "max_length" }),
  logprobs: honoured("how probable each token of the answer was", true),
  top_logprobs: honoured("and how probable the likeliest in its place were, up to 20", 3, {
    beside: { logprobs: true },
  }),
  response_format: honoured("text, json_object, or json_schema, which the answer obeys", { type: "json_object" }),
  tools: honoured("functions that the model may call", [weather]),
  tool_choice: honoured("none, auto, required, or the one function to call", "required", {
    beside: { tools: [weather] },
  }),
  parallel_tool_calls: honoured("false: one call at most", false, { beside: { tools: [weather] } }),
  reasoning_effort: honoured("limits the thoughts of a model that thinks; its template gets the word as well", "low"),
  audio: refused("this server makes text only", { voice: "alloy", format: "mp3" }),
  modalities: refused("this server makes text only", ["text", "audio"], [["text"]]),
  function_call: refused("it is out of date; send tool_choice", { name: "get_weather" }, ["auto", "none"]),
  functions: refused("it is out of date; send tools", [weather.function], [[]]),
  prediction: warned("what repeats the prompt is guessed ahead by itself", { type: "content", content: "x" }),
  verbosity: warned("no model here has been taught it; say it in the prompt", "low", ["medium"]),
  web_search_options: refused("this server searches nothing; give the model a tool", {}),
};
