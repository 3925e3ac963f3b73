/** The tokens of a text as a model for embeddings or a reranker reads it, with what begins and ends it. */
import type { LlamaModel, Token } from "node-llama-cpp";
import { RequestRefused } from "./request-refused.js";
import type { Tokenizer } from "./tokenize.js";

/** What stands around texts; null where nothing does. */
interface Marks {
  readonly begin: Token | null;
  readonly end: Token | null;
  /** Between a query and the text that may answer it. */
  readonly between: readonly Token[];
}

/** Where a template of a reranker has its texts. Source: llama.cpp, `format_prompt_rerank`. */
const places = /\{\{?\s*(query|document)\s*\}?\}/;

export class MeasuredTokens {
  readonly #tokenizer: Tokenizer;
  readonly #marks: Marks;
  readonly #vocabularySize: number;
  /** The file's own words around a query and a text; undefined where only marks part them. */
  readonly #template: string | undefined;

  constructor(model: LlamaModel, tokenizer: Tokenizer, vocabularySize: number) {
    this.#tokenizer = tokenizer;
    this.#vocabularySize = vocabularySize;
    this.#marks = marksOf(model);
    const template = tokenizerMetadata(model)?.["chat_template.rerank"];
    this.#template = typeof template === "string" && places.test(template) ? template : undefined;
  }

  /** A text's own tokens; nothing that it spells out is read as a control token. Refuses one that has none. */
  text(text: string): Token[] {
    const tokens = this.#read(text);
    if (tokens.length > 0) return tokens;
    throw new RequestRefused("invalid_request", "The text is empty: the model finds no token in it.", "text");
  }

  #read(text: string): Token[] {
    try {
      return this.#tokenizer.plain(text, { addSpecial: false, parseSpecial: false });
    } catch (error) {
      if (error instanceof RequestRefused) throw new RequestRefused(error.code, error.message, "text");
      throw error;
    }
  }

  /** Ids that a client sent, less the marks that it put around them. Refuses those of another vocabulary. */
  ids(ids: readonly number[]): Token[] {
    const most = this.#vocabularySize - 1;
    const strange = ids.find((id) => !Number.isInteger(id) || id < 0 || id > most);
    if (strange !== undefined) {
      throw new RequestRefused(
        "invalid_request",
        `No token of this model has the id ${strange}: they go from 0 to ${most}. Send texts, or ids from POST /tokenize ` +
          "with this model (LangChain for Python: check_embedding_ctx_length=False).",
        "text",
      );
    }
    const { begin, end } = this.#marks;
    const first = ids[0] === begin ? 1 : 0;
    const last = ids.length > first && ids.at(-1) === end ? -1 : undefined;
    const own = ids.slice(first, last) as Token[];
    if (own.length > 0) return own;
    throw new RequestRefused("invalid_request", "The list of tokens has none of a text.", "text");
  }

  /** The text with its marks. */
  marked(tokens: readonly Token[]): Token[] {
    const { begin, end } = this.#marks;
    return [...(begin === null ? [] : [begin]), ...tokens, ...(end === null ? [] : [end])];
  }

  /** A query and a text that may answer it. */
  pair(query: readonly Token[], text: readonly Token[]): Token[] {
    if (this.#template === undefined) return this.marked([...query, ...this.#marks.between, ...text]);
    const parts = this.#template.split(places);
    const tokens = parts.flatMap((part, index) => {
      if (index % 2 === 1) return part === "query" ? query : text;
      return this.#tokenizer.plain(part, { addSpecial: false, parseSpecial: true });
    });
    return this.marked(tokens);
  }
}

/** Sources: llama.cpp `llama_vocab::impl::tokenize` and the server's `format_prompt_rerank`. */
function marksOf(model: LlamaModel): Marks {
  const { bos, eos, sep, shouldPrependBosToken, shouldAppendEosToken } = model.tokens;
  const { add_sep_token: addsSep, add_eos_token: addsEos } = tokenizerMetadata(model)?.ggml ?? {};
  const isWordPiece = model.vocabularyType === "wpm";
  const begin = isWordPiece || shouldPrependBosToken ? bos : null;
  const end = isWordPiece ? (sep ?? eos) : shouldAppendEosToken || model.vocabularyType === "ugm" ? eos : null;
  // files that say neither are of WordPiece, where one mark parts the two
  const hasEnd = addsEos === undefined ? !isWordPiece && end !== null : addsEos === true;
  const hasSep = addsSep === undefined ? !hasEnd : addsSep === true;
  const between = [hasEnd ? (eos ?? sep) : null, hasSep ? (sep ?? eos) : null].filter((token) => token !== null);
  return { begin, end, between };
}

interface TokenizerMetadata {
  readonly ggml?: Readonly<Record<string, unknown>>;
  readonly "chat_template.rerank"?: unknown;
}

const tokenizerMetadata = (model: LlamaModel): TokenizerMetadata | undefined =>
  model.fileInfo.metadata?.tokenizer as TokenizerMetadata | undefined;
