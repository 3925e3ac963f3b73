/** Answers of thoughts, texts and calls. */
import type { FinishReason, Piece } from "../../src/server/engine/result.js";
import { endingOf, type Script } from "./fake-models.js";

/** Says these pieces, a token a piece. */
export const sayPieces =
  (pieces: readonly Piece[], finishReason: FinishReason = "stop", stopText?: string): Script =>
  (generation, { maxTokens }) => {
    generation.begin({ promptTokens: 7, cachedTokens: 2, maxTokens });
    for (const [index, piece] of pieces.entries()) generation.push(piece, index + 1);
    generation.finish({ ...endingOf(pieces.length), finishReason, stopText, reasoningTokens: 1 });
  };

/** A thought, a text and two calls. */
export const thinkingAnswer: readonly Piece[] = [
  { text: "", reasoning: "Oh" },
  { text: "", reasoning: " so" },
  { text: "Let me" },
  { text: " look." },
  { text: "", call: { index: 0, id: "call_1", name: "get_weather", arguments: "" } },
  { text: "", call: { index: 0, arguments: '{"city":' } },
  { text: "", call: { index: 0, arguments: '"Paris"}' } },
  { text: "", call: { index: 1, id: "call_2", name: "now", arguments: "{}" } },
];
