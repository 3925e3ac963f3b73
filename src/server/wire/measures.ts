/** What crosses the wire when texts are measured: vectors in OpenAI's shape, ranks in Jina's and Cohere's. */

/** Body of `POST /v1/embeddings`. */
export interface EmbeddingsRequest {
  /** A text, up to 2048 texts, a text as tokens of the model, or up to 2048 of those; none of them empty. */
  input: string | string[] | number[] | number[][];
  /** Id of a model for embeddings. Default: the one in memory. */
  model_id?: string | null;
  /** `float`: a list of numbers; `base64`: 32-bit floats, little-endian. Default `float`. */
  encoding_format?: string | null;
  /** Numbers of a vector: the model's own, or fewer where it was trained for that. Default: the model's own. */
  dimensions?: number | null;
  /** What the texts are for, where the model's card asks for prefixes: `query`, `document` … Default: they get none. */
  input_type?: string | null;
  /** Reads the beginning of a text that is too long, and says so, where it would be refused. Default false. */
  truncate?: boolean | null;
  /** Seconds the request may take, waiting included, 0.1 to 3600. Default 600. */
  max_time?: number | null;
  /** Refuses with status 400 whatever would be ignored with a warning. Default false. */
  strict?: boolean | null;
}

/** Tokens of all texts, with what begins and ends each. */
export interface MeasureUsage {
  prompt_tokens: number;
  total_tokens: number;
}

/** Answer of `POST /v1/embeddings`. */
export interface EmbeddingsResponse {
  object: "list";
  data: {
    object: "embedding";
    /** Place of its text, from 0. */
    index: number;
    /** A vector of length 1. */
    embedding: number[] | string;
  }[];
  /** The model as it was asked for. */
  model: string;
  usage: MeasureUsage;
  /** One sentence for everything that was cut or ignored; left out where nothing was. */
  warnings?: string[];
}

/** Body of `POST /v1/rerank` and `POST /rerank`. */
export interface RerankRequest {
  /** What the documents may answer. */
  query: string;
  /** 1 to 2048 texts, or objects with a `text`; none of them empty. */
  documents: (string | { text: string })[];
  /** Id of a reranker. Default: the one in memory. */
  model_id?: string | null;
  /** The best so many are returned. Default: all. */
  top_n?: number | null;
  /** With the documents themselves. Default true. */
  return_documents?: boolean | null;
  /** Reads the beginning of a document that is too long, and says so, where it would be refused. Default false. */
  truncate?: boolean | null;
  /** Seconds the request may take, waiting included, 0.1 to 3600. Default 600. */
  max_time?: number | null;
  /** Refuses with status 400 whatever would be ignored with a warning. Default false. */
  strict?: boolean | null;
}

/** Answer of `POST /v1/rerank` and `POST /rerank`, the best first. */
export interface RerankResponse {
  id: string;
  object: "list";
  model: string;
  results: {
    /** Place of the document, from 0. */
    index: number;
    /** How well it answers the query, 0 to 1. */
    relevance_score: number;
    document?: { text: string };
  }[];
  usage: MeasureUsage;
  /** One sentence for everything that was cut or ignored; left out where nothing was. */
  warnings?: string[];
}
