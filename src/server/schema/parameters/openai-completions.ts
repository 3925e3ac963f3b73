/** Parameters of OpenAI's `POST /v1/completions`. Source: its API reference, as of openai-node 6.49 and openai-python 3.57. */
import { openaiSampling } from "./openai-chat.js";
import { honoured, type ParameterTable, refused, warned } from "./parameter.js";

export const openaiCompletions: ParameterTable = {
  ...openaiSampling,
  prompt: honoured("a text, a list of them, token ids, or a list of those; each is continued", "The sea and"),
  echo: honoured("the prompt before the answer", true),
  logprobs: honoured(
    "how probable each token of the answer and so many of the likeliest in its place were, up to 20",
    3,
  ),
  best_of: refused("answers are not compared; send n and choose", 3, [1]),
  suffix: refused("no model here fills in the middle; write the end into the prompt", "the end", [""]),
  user: warned("requests are told apart by their keys", "user-1"),
};
