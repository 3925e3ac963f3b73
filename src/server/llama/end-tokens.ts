/**
 * Which tokens end an answer: llama.cpp's own list for the vocabulary, and nothing else.
 *
 * The only file that names this inner call of node-llama-cpp, whose public `isEogToken` adds its own guess of an end of turn.
 * For gpt-oss that is `<|end|>`, which ends the model's analysis, so it never came to an answer. Sources: node-llama-cpp
 * `LlamaModel.isEogToken`; llama.cpp `llama_vocab::impl::load`, "special_eog_ids".
 */
import type { LlamaModel, Token } from "node-llama-cpp";
import { writtenFor } from "./native-context.js";

/** Whether a token ends an answer of this model. Throws where the library is another than the one this was written for. */
export function endTokensOf(model: LlamaModel): (token: Token) => boolean {
  const { _model } = model as unknown as { readonly _model?: { isEogToken?(token: Token): boolean } };
  if (typeof _model?.isEogToken !== "function") {
    throw new Error(
      `node-llama-cpp has no inner isEogToken here. This engine needs ${writtenFor}; "npm ci" installs it.`,
    );
  }
  const native = _model as { isEogToken(token: Token): boolean };
  return (token) => native.isEogToken(token);
}
