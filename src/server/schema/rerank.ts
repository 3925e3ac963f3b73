/** Body and answer of `POST /v1/rerank` and `POST /rerank`. */
import { z } from "zod";
import type { RerankRequest, RerankResponse } from "../wire/measures.js";
import { countField } from "./answer.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import { flagField, listField, orDefault, textField, wholeField } from "./field-schemas.js";
import type { ChoicesCall } from "./generation-call.js";
import {
  type FilledMeasure,
  measureCall,
  measureFields,
  mostCharacters,
  mostTexts,
  refuseEmpty,
  usageAnswer,
  warningsAnswer,
} from "./measure-call.js";
import { rerankParameters } from "./parameters/measures.js";

export interface RerankCall extends ChoicesCall {
  /** The documents, in their order. */
  readonly documents: readonly string[];
  /** How many are returned. */
  readonly topN: number;
  readonly returnsDocuments: boolean;
}

type FilledRerank = FilledMeasure & {
  query: string;
  documents: RerankRequest["documents"];
  top_n: number | null;
  return_documents: boolean;
};

const text = textField(1, mostCharacters);
const documentField = z.union([text, z.object({ text })], { error: 'a text, or an object such as {"text": "…"}' });

export const rerankBody: Body<RerankCall> = bodyOf({
  schema: exactly<FilledRerank, RerankRequest>()(
    z
      .object({
        query: text.describe("What the documents may answer."),
        documents: listField(documentField, mostTexts, "documents").describe("Texts, or objects with a text."),
        top_n: orDefault(wholeField(1, mostTexts), null, "The best so many are returned; all by default."),
        return_documents: orDefault(flagField(), true, "With the documents themselves."),
        ...measureFields("a reranker"),
      })
      .meta({ id: "RerankRequest" }),
  ),
  parameters: [rerankParameters],
  unknown: "tell",
  prepare: (fields) => ({ ...fields, unknown: [...fields.unknown, ...unknownParts(fields.values.documents)] }),
  toCall: (filled, fields) => {
    const { query, top_n, return_documents, truncate } = filled;
    refuseEmpty(query, "query");
    const documents = filled.documents.map((one) => (typeof one === "string" ? one : one.text));
    for (const [index, document] of documents.entries()) refuseEmpty(document, `documents[${index}]`);
    const measure = { kind: "rank", query, truncates: truncate } as const;
    return {
      ...measureCall(
        filled,
        fields,
        documents.map((document) => [document, measure]),
      ),
      documents,
      topN: Math.min(top_n ?? documents.length, documents.length),
      returnsDocuments: return_documents,
    };
  },
});

/** Fields of documents that are not read. */
function unknownParts(documents: unknown): string[] {
  if (!Array.isArray(documents)) return [];
  const names = documents.flatMap((one: unknown) => (typeof one === "object" && one !== null ? Object.keys(one) : []));
  return [...new Set(names)].filter((name) => name !== "text").map((name) => `documents[].${name}`);
}

export const rerankAnswer: z.ZodType<RerankResponse> = exactly<RerankResponse, RerankResponse>()(
  z
    .object({
      id: z.string().describe("Id of the request."),
      object: z.literal("list"),
      model: z.string().describe("The model as it was asked for."),
      results: z.array(
        z.object({
          index: countField("Place of the document, from 0."),
          relevance_score: z.number().describe("How well it answers the query, 0 to 1."),
          document: z.object({ text: z.string() }).optional(),
        }),
      ),
      usage: usageAnswer,
      warnings: warningsAnswer,
    })
    .meta({ id: "RerankResponse" }),
);
