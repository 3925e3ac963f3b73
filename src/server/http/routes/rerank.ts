/** How well documents answer a query, in the shape of Jina's and Cohere's APIs. */
import { json } from "../../schema/answer.js";
import { type RerankCall, rerankAnswer, rerankBody } from "../../schema/rerank.js";
import type { RerankResponse } from "../../wire/measures.js";
import type { HttpServices } from "../http-services.js";
import { measureTexts } from "../measure-texts.js";
import { type LabContext, type Route, route } from "../route.js";

const rerank = {
  method: "POST",
  dialect: "openai",
  scope: "infer",
  limit: "counted",
  body: rerankBody,
  answer: json(rerankAnswer),
  example: { body: { query: "What do cats eat?", documents: ["Cats eat mice.", "The sea is wide."] } },
  handler: ranked,
} as const;

export const rerankRoutes: readonly Route[] = [
  route({
    ...rerank,
    path: "/v1/rerank",
    summary: "Orders documents by how well they answer a query; for rerankers.",
  }),
  route({
    ...rerank,
    path: "/rerank",
    summary: "The same, as clients of other servers ask for it.",
  }),
];

async function ranked(call: RerankCall, ctx: LabContext, services: HttpServices): Promise<RerankResponse> {
  const placeOf = (index: number): string => `documents[${index}]`;
  const { vectors, model, usage, warnings } = await measureTexts(ctx, services, call, placeOf);
  const results = vectors.map(([score = 0], index) => {
    const text = call.documents[index] ?? "";
    return { index, relevance_score: score, ...(call.returnsDocuments && { document: { text } }) };
  });
  return {
    id: ctx.state.requestId,
    object: "list",
    model: call.modelId ?? model,
    // equal ones stay in the order in which they were sent
    results: results.sort((one, other) => other.relevance_score - one.relevance_score).slice(0, call.topN),
    usage,
    ...(warnings && { warnings }),
  };
}
