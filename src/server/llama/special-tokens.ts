import type { LlamaModel, Token } from "node-llama-cpp";
import { longestFirst, type SpecialToken } from "../prompts/special-texts.js";

/**
 * The tokens of a model that are not words, longest text first, as llama.cpp has them after it read the file: it makes
 * control tokens of words that end a turn in other models.
 */
export function specialTokens(
  model: LlamaModel,
  size: number,
  isEnd: (token: Token) => boolean,
): readonly SpecialToken[] {
  const found: SpecialToken[] = [];
  for (let id = 0; id < size; id++) {
    const attributes = model.getTokenAttributes(id as Token);
    if (!attributes.control && !attributes.userDefined && !attributes.unknown) continue;
    found.push({
      id,
      text: model.detokenize([id as Token], true),
      isUserDefined: attributes.userDefined,
      isEnd: isEnd(id as Token),
      dropsBefore: attributes.lstrip,
      dropsBehind: attributes.rstrip,
    });
  }
  return longestFirst(found);
}
