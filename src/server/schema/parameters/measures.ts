/**
 * Parameters of routes that measure texts. Sources: OpenAI's API reference (openai-node 6.49, openai-python 3.57), Jina's and
 * Cohere's of embeddings and rerank.
 */
import { honoured, type ParameterTable, refused, warned } from "./parameter.js";

const model = { model: honoured("the model", "other", { as: "model_id" }) };

export const openaiEmbeddings: ParameterTable = {
  ...model,
  input: honoured("a text, a list of up to 2048, token ids, or a list of those; none of them empty", [
    "The sea",
    "A cat",
  ]),
  encoding_format: honoured("numbers, or 32-bit floats as base64", "base64"),
  dimensions: honoured("fewer numbers, where the model was trained for them; refused where it was not", 64),
  user: warned("requests are told apart by their keys", "user-1"),
};

export const otherEmbeddings: ParameterTable = {
  input_type: honoured(
    "what the texts are for, where the model's card asks for prefixes; else a warning says so",
    "query",
  ),
  prompt_name: honoured("the same, as sentence-transformers calls it", "query", { as: "input_type" }),
  task: honoured("the same, as Jina calls it", "retrieval.query", { as: "input_type" }),
  embedding_type: honoured("the form of the vectors, as Jina calls it", "base64", { as: "encoding_format" }),
  truncate: honoured("the beginning of a text that is too long is read, and a warning says so", true),
  normalized: warned("vectors always have length 1", false, [true]),
  late_chunking: refused("every text is read alone; send one text for each vector", true, [false]),
};

export const rerankParameters: ParameterTable = {
  ...model,
  query: honoured("what the documents may answer", "What is wide?"),
  documents: honoured("texts, or objects with a text; none of them empty", [
    "The sea is wide.",
    { text: "Cats eat mice." },
  ]),
  top_n: honoured("the best so many are returned", 1),
  return_documents: honoured("with the documents; they are returned unless it is false", false),
  truncate: honoured("the beginning of a document that is too long is read, and a warning says so", true),
  max_chunks_per_doc: warned(
    "a document is read as one; truncate: true reads the beginning of one that is too long",
    3,
  ),
  max_tokens_per_doc: warned(
    "a document is read whole; truncate: true reads the beginning of one that is too long",
    512,
  ),
  rank_fields: refused("documents have one text each; join the fields in it", ["title"], []),
};
