/**
 * What the cards of models for embeddings ask for, as data: prefixes that say what a text is for, and shorter vectors that
 * a model was trained for. No file says either, so a model is known by its name. Pure.
 *
 * Sources: the model cards of intfloat, nomic-ai, BAAI, mixedbread-ai, Snowflake, Google and Qwen on huggingface.co.
 */

export interface EmbeddingCard {
  /** Prefix by what the text is for; "" where such a text gets none. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** Lengths below its own, the longest first, or every length from `least` on. */
  readonly shorter: ShorterVectors;
  /** The vector is brought to mean 0 and deviation 1 before it is cut. */
  readonly levelsBeforeCut: boolean;
}

export type ShorterVectors = readonly number[] | { readonly least: number };

export interface KnownCard extends Partial<EmbeddingCard> {
  /** As its makers call the family. */
  readonly title: string;
  /** Of the name in lower case, with "-" for blanks and dots and underscores. */
  readonly name: RegExp;
}

const forPassages = "Represent this sentence for searching relevant passages: ";
const instruction = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:";
const nomicPrefixes = {
  query: "search_query: ",
  document: "search_document: ",
  clustering: "clustering: ",
  classification: "classification: ",
};

/** The first that fits counts. */
export const embeddingCards: readonly KnownCard[] = [
  {
    title: "E5, instructed",
    name: /(?:^|-)e5-(?:mistral|.*instruct)/,
    prefixes: { query: `${instruction} `, document: "" },
  },
  { title: "E5", name: /(?:^|-)e5-(?:small|base|large)/, prefixes: { query: "query: ", document: "passage: " } },
  {
    title: "nomic-embed-text v1.5",
    name: /nomic-embed-text-v1-5/,
    prefixes: nomicPrefixes,
    shorter: [512, 256, 128, 64],
    levelsBeforeCut: true,
  },
  { title: "nomic-embed-text v2", name: /nomic-embed-text-v2/, prefixes: nomicPrefixes, shorter: [256] },
  { title: "nomic-embed-text v1", name: /nomic-embed-text/, prefixes: nomicPrefixes },
  {
    title: "mxbai-embed-large",
    name: /mxbai-embed-large/,
    prefixes: { query: forPassages, document: "" },
    shorter: [512],
  },
  { title: "BGE, English", name: /(?:^|-)bge-(?:small|base|large)-en/, prefixes: { query: forPassages, document: "" } },
  { title: "Arctic Embed v2", name: /arctic-embed-.*v2/, prefixes: { query: "query: ", document: "" }, shorter: [256] },
  {
    title: "Arctic Embed M v1.5",
    name: /arctic-embed-m-v1-5/,
    prefixes: { query: forPassages, document: "" },
    shorter: [256],
  },
  { title: "Arctic Embed", name: /arctic-embed/, prefixes: { query: forPassages, document: "" } },
  {
    title: "EmbeddingGemma",
    name: /embedding-?gemma/,
    prefixes: {
      query: "task: search result | query: ",
      document: "title: none | text: ",
      clustering: "task: clustering | query: ",
      classification: "task: classification | query: ",
    },
    shorter: [512, 256, 128],
  },
  {
    title: "Qwen3 Embedding",
    name: /qwen3-embedding/,
    prefixes: { query: instruction, document: "" },
    shorter: { least: 32 },
  },
];

const plainCard: EmbeddingCard = { prefixes: {}, shorter: [], levelsBeforeCut: false };

/** The card of the model with one of these names; one that asks for nothing where none is known. */
export function embeddingCard(names: readonly string[]): EmbeddingCard {
  const plain = names.map((name) => name.toLowerCase().replaceAll(/[\s._]+/g, "-"));
  const known = embeddingCards.find(({ name }) => plain.some((one) => name.test(one)));
  return { ...plainCard, ...known };
}

/** What the text is read as, and what its sender should know. */
export interface PrefixedText {
  readonly text: string;
  readonly warning: string | null;
}

/** The text with the prefix for what it is for; `inputType` null where that was not said. */
export function withPrefix({ prefixes }: EmbeddingCard, text: string, inputType: string | null): PrefixedText {
  const known = Object.keys(prefixes);
  const prefix = inputType !== null && known.includes(inputType) ? prefixes[inputType] : undefined;
  if (prefix !== undefined) return { text: prefix + text, warning: null };
  if (inputType !== null) return { text, warning: ignoredType(inputType, known) };
  const everyTextHasOne = known.length > 0 && Object.values(prefixes).every((one) => one !== "");
  if (!everyTextHasOne || Object.values(prefixes).some((one) => text.startsWith(one))) return { text, warning: null };
  const warning = `The model's card asks for a prefix in front of every text. Send input_type (${known.join(", ")}), or write the prefix yourself.`;
  return { text, warning };
}

const ignoredType = (inputType: string, known: readonly string[]): string =>
  known.length === 0
    ? `input_type "${inputType}" changes nothing: the model's card asks for no prefixes.`
    : `input_type "${inputType}" changes nothing: the model's card knows ${known.join(", ")}.`;

/** Whether vectors of so many dimensions can be had, of `own` at most. */
export const canShorten = (shorter: ShorterVectors, own: number, dimensions: number): boolean =>
  dimensions === own ||
  ("least" in shorter ? dimensions >= shorter.least && dimensions < own : shorter.includes(dimensions));
