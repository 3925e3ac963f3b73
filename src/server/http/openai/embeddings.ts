/** Vectors of texts, as OpenAI's API gives them. */
import { json } from "../../schema/answer.js";
import { embeddingsAnswer, embeddingsBody, refuseTooMany } from "../../schema/embeddings.js";
import { measureTexts } from "../measure-texts.js";
import { type Route, route } from "../route.js";

export const embeddingRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/v1/embeddings",
    dialect: "openai",
    scope: "infer",
    summary: "Turns texts into vectors of length 1, as OpenAI's API does; for models for embeddings.",
    limit: "counted",
    body: embeddingsBody,
    answer: json(embeddingsAnswer),
    example: { body: { input: ["The sea", "A cat"] } },
    handler: async (call, ctx, services) => {
      const placeOf = (index: number): string => (call.isList ? `input[${index}]` : "input");
      const { vectors, model, usage, warnings } = await measureTexts(ctx, services, call, placeOf, refuseTooMany);
      return {
        object: "list",
        data: vectors.map((vector, index) => ({
          object: "embedding",
          index,
          embedding: call.encoding === "float" ? [...vector] : inBase64(vector),
        })),
        model: call.modelId ?? model,
        usage,
        ...(warnings && { warnings }),
      };
    },
  }),
];

/** 32-bit floats, little-endian, whatever the machine writes. */
function inBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(4 * vector.length);
  for (const [index, number] of vector.entries()) bytes.writeFloatLE(number, 4 * index);
  return bytes.toString("base64");
}
