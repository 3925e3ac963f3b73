/** Body and answer of `POST /v1/embeddings`. */
import { z } from "zod";
import { LabError } from "../errors.js";
import type { EmbeddingsRequest, EmbeddingsResponse } from "../wire/measures.js";
import type { VectorFacts } from "../wire/models.js";
import { countField } from "./answer.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import { choiceField, listField, orDefault, textField, wholeField } from "./field-schemas.js";
import type { ChoicesCall } from "./generation-call.js";
import {
  type FilledMeasure,
  type Measured,
  measureCall,
  measureFields,
  mostCharacters,
  mostTexts,
  refuseEmpty,
  usageAnswer,
  warningsAnswer,
} from "./measure-call.js";
import { openaiEmbeddings, otherEmbeddings } from "./parameters/measures.js";

export interface EmbeddingsCall extends ChoicesCall {
  readonly encoding: "float" | "base64";
  /** True for a list of texts or of lists of tokens, whose places are told. */
  readonly isList: boolean;
}

type FilledEmbeddings = FilledMeasure & {
  input: EmbeddingsRequest["input"];
  encoding_format: string;
  dimensions: number | null;
  input_type: string | null;
};

/** Ids are 32 bits wide; the engine knows how many there are. */
const idField = wholeField(0, 2 ** 31 - 1);
const mostTokens = 65_536;
const mostDimensions = 65_536;

const text = textField(1, mostCharacters);
const tokens = listField(idField, mostTokens, "ids of tokens");
const inputField = z.union(
  [text, listField(text, mostTexts, "texts"), tokens, listField(tokens, mostTexts, "lists of ids")],
  { error: `a text, a list of 1 to ${mostTexts} texts, or of ids of tokens` },
);

/** One form of input alone: what is wrong with it is told better than by a choice of four. */
const checkOf = (input: z.ZodType): Body<undefined> =>
  bodyOf({ schema: z.object({ input }), unknown: "refuse", toCall: () => undefined });
const checks = {
  text: checkOf(text),
  texts: checkOf(listField(text, mostTexts, "texts")),
  tokens: checkOf(tokens),
  tokenLists: checkOf(listField(tokens, mostTexts, "lists of ids")),
};

/** The form that is meant, by its first item; undefined where none is. */
function formOf(input: unknown): Body<undefined> | undefined {
  if (typeof input === "string") return checks.text;
  if (!Array.isArray(input)) return undefined;
  const [first] = input;
  if (typeof first === "number") return checks.tokens;
  return Array.isArray(first) ? checks.tokenLists : checks.texts;
}

/** What texts are for, as other APIs say it: Cohere, Jina, Voyage, sentence-transformers. */
const inputTypes: Readonly<Record<string, string>> = {
  search_query: "query",
  search_document: "document",
  passage: "document",
  "retrieval.query": "query",
  "retrieval.passage": "document",
  "retrieval.document": "document",
  separation: "clustering",
};

export const embeddingsBody: Body<EmbeddingsCall> = bodyOf({
  schema: exactly<FilledEmbeddings, EmbeddingsRequest>()(
    z
      .object({
        input: inputField.describe("A text, texts, a text as tokens of the model, or several of those."),
        encoding_format: orDefault(
          choiceField(["float", "base64"]) as z.ZodType<string, string>,
          "float",
          "Numbers, or 32-bit floats (little-endian) as base64.",
        ),
        dimensions: orDefault(wholeField(1, mostDimensions), null, "Numbers of a vector; the model's own by default."),
        input_type: orDefault(
          textField(1, 64),
          null,
          "What the texts are for (query, document), where the model's card asks for prefixes.",
        ),
        ...measureFields("a model for embeddings"),
      })
      .meta({ id: "EmbeddingsRequest" }),
  ),
  prepare: (fields) => {
    formOf(fields.values.input)?.read({ input: fields.values.input });
    return fields;
  },
  parameters: [openaiEmbeddings, otherEmbeddings],
  unknown: "tell",
  toCall: (filled, fields) => ({
    ...measureCall(filled, fields, measuredTexts(filled)),
    encoding: filled.encoding_format as "float" | "base64",
    isList: typeof filled.input !== "string" && typeof filled.input[0] !== "number",
  }),
});

function measuredTexts({ input, dimensions, input_type, truncate }: FilledEmbeddings): Measured[] {
  const inputType = input_type === null ? null : (inputTypes[input_type.toLowerCase()] ?? input_type.toLowerCase());
  const rest = { kind: "embed", dimensions, inputType, truncates: truncate } as const;
  return listed(input).map((one, index) => {
    const param = typeof input === "string" ? "input" : `input[${index}]`;
    if (typeof one !== "string") return ["", { ...rest, tokens: one }];
    refuseEmpty(one, param);
    return [one, { ...rest, tokens: null }];
  });
}

/** One text or list of tokens is a list of one. */
function listed(input: EmbeddingsRequest["input"]): readonly (string | readonly number[])[] {
  if (typeof input === "string") return [input];
  return typeof input[0] === "number" ? [input as number[]] : (input as string[] | number[][]);
}

/** Tokens of all texts of one request. Source: OpenAI's API document, embeddings, `input`. */
const mostTokensTogether = 300_000;

/** Refuses what is more than one request may ask for, once it was counted. */
export function refuseTooMany(tokensTogether: number): void {
  if (tokensTogether <= mostTokensTogether) return;
  throw new LabError(
    "invalid_request",
    `The texts have more than ${mostTokensTogether} tokens together, which is the most of one request. Send them in several.`,
    { param: "input" },
  );
}

export const embeddingsAnswer: z.ZodType<EmbeddingsResponse> = exactly<EmbeddingsResponse, EmbeddingsResponse>()(
  z
    .object({
      object: z.literal("list"),
      data: z.array(
        z.object({
          object: z.literal("embedding"),
          index: countField("Place of its text, from 0."),
          embedding: z.union([z.array(z.number()), z.string()]).describe("A vector of length 1."),
        }),
      ),
      model: z.string().describe("The model as it was asked for."),
      usage: usageAnswer,
      warnings: warningsAnswer,
    })
    .meta({ id: "EmbeddingsResponse" }),
);

/** What the vectors of a model are, as `GET /models/current` and `POST /models/load` tell. */
export const vectorFacts: z.ZodType<VectorFacts, VectorFacts> = exactly<VectorFacts, VectorFacts>()(
  z.object({
    dimensions: countField("Numbers of a vector."),
    shorter: z.array(countField("A shorter length that dimensions may ask for.")),
    least_dimensions: countField("The shortest length, where every one will do; null where not.").nullable(),
    input_types: z.array(z.string()).describe("What input_type may say."),
  }),
);
