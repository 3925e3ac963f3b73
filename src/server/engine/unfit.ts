/** Whether a model is made for what is asked of it. Pure. */
import { LabError } from "../errors.js";
import type { Capabilities } from "./engine.js";
import type { GenerationRequest } from "./request.js";

/** What an engine is asked for. */
export type Wish = "text" | "embed" | "rank";

/** What this request asks for. */
export const wishOf = ({ measure }: Pick<GenerationRequest, "measure">): Wish => measure?.kind ?? "text";

/** What the model is, and where to go with it. */
const kinds = {
  text: "is a model that writes text: POST /v1/chat/completions, /chat and /generate ask it",
  embed: "is a model for embeddings, which turns texts into vectors: POST /v1/embeddings asks it",
  rank: "is a reranker, which says how well texts answer a query: POST /v1/rerank asks it",
} as const satisfies Record<Wish, string>;

/** What would be needed, and why the other will not do. */
const needs = {
  text: "Name a model that writes text.",
  embed:
    "Name a model for embeddings; GET /models/available says of which kind each is. What lies inside a model that writes text was not trained to tell texts apart.",
  rank: "Name a reranker; GET /models/available says of which kind each is.",
} as const satisfies Record<Wish, string>;

/** What an engine can do that is there for this. */
export function abilities(gift: Wish): Capabilities {
  const writes = gift === "text";
  return { chat: writes, seeds: writes, writes, embeds: gift === "embed", ranks: gift === "rank" };
}

/** What a model that can do this is there for. */
export function gift({ embeds, ranks }: Pick<Capabilities, "embeds" | "ranks">): Wish {
  return embeds ? "embed" : ranks ? "rank" : "text";
}

/** Why a model that is there for `gift` cannot do what is asked; null where it can. */
export function unfit(modelId: string, gift: Wish, wish: Wish): LabError | null {
  if (gift === wish) return null;
  return new LabError("invalid_request", `"${modelId}" ${kinds[gift]}. ${needs[wish]}`, { param: "model" });
}
