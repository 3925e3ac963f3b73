/** Parameters of OpenAI's `POST /v1/embeddings`. Source: its API reference, as of openai-node 6.49 and openai-python 3.57. */
import { honoured, type ParameterTable, warned } from "./parameter.js";

export const openaiEmbeddings: ParameterTable = {
  model: honoured("a model for embeddings, by its id or an alias; one that is not loaded is loaded first", "other"),
  input: honoured("a text, a list of them, token ids, or a list of those", ["The sea", "A cat"]),
  encoding_format: honoured("float or base64", "base64"),
  dimensions: honoured("where the model was made for shorter vectors, else refused", 1),
  user: warned("requests are told apart by their keys", "user-1"),
};
