import type { Token } from "node-llama-cpp";
import { generationFields } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";
import type { SamplerConfig } from "./native-context.js";
import type { PenaltyOptions } from "./token-penalties.js";

/** Means "any seed" to the library, which then draws one by itself. Source: llama.h, `LLAMA_DEFAULT_SEED`. */
const drawnSeed = 0xffff_ffff;

/**
 * What the sampler is given for a bias of 100: more than scores differ, those of the sample models (up to 10,000) included,
 * and little enough that a float still tells such tokens apart.
 */
const certainBias = 16_384;

/**
 * How a sampler chooses for this request, its biases and grammar left out; `before` are the tokens that its next choice
 * follows, `context` is how many a slot holds.
 *
 * What is off is left out: a sampler that keeps all would sort the whole vocabulary. The order is the library's own, which is
 * llama.cpp's: biases, penalties, top_k, top_p, min_p, XTC, temperature. Sources: node-llama-cpp `AddonSampler.cpp`,
 * `rebuildChainIfNeeded`; llama.cpp `common_params_sampling.samplers`.
 */
export function samplerConfig(
  request: GenerationRequest,
  before: readonly Token[],
  context: number = before.length,
): SamplerConfig {
  const window = repetitionWindow(request, context);
  return {
    temperature: request.temperature,
    // a seed like any other here: it begins the same random numbers each time, those of the seed before it
    seed: request.seed === drawnSeed ? drawnSeed - 1 : request.seed,
    minP: request.minP,
    ...(request.topK !== 0 && { topK: request.topK }),
    ...(request.topP !== 1 && { topP: request.topP }),
    ...(request.xtcProbability > 0 && {
      xtcProbability: request.xtcProbability,
      xtcThreshold: request.xtcThreshold,
    }),
    ...(window > 0 && {
      repeatPenalty: request.repetitionPenalty,
      repeatPenaltyMaxTokens: window,
      repeatPenaltyTokens: Uint32Array.from(before.slice(-window)),
    }),
  };
}

/** Tokens that the repetition penalty looks back on; 0 where it is off. */
export function repetitionWindow({ repetitionPenalty, repeatLastN }: GenerationRequest, context: number): number {
  if (repetitionPenalty === 1) return 0;
  return repeatLastN < 0 ? context : Math.min(repeatLastN, context);
}

/** The penalties that are counted here; null where all are off. */
export function penaltiesOf(request: GenerationRequest): PenaltyOptions | null {
  const { presencePenalty, frequencyPenalty, dryMultiplier, dryBase, dryAllowedLength, dryPenaltyLastN } = request;
  if (presencePenalty === 0 && frequencyPenalty === 0 && (dryMultiplier === 0 || dryPenaltyLastN === 0)) return null;
  const dry = {
    multiplier: dryMultiplier,
    base: dryBase,
    allowedLength: dryAllowedLength,
    lastN: dryPenaltyLastN,
  };
  return { presencePenalty, frequencyPenalty, dry };
}

/** The biases that the request names itself, with what the ends of their range stand for. */
export function requestedBiases({ logitBias = [] }: GenerationRequest): Map<Token, number> {
  const { least, most } = generationFields.logitBias;
  return new Map(
    logitBias.map(([token, bias]) => {
      const sure = bias === most ? certainBias : bias === least ? Number.NEGATIVE_INFINITY : bias;
      return [token as Token, sure];
    }),
  );
}

/** Biases as the sampler takes them; nothing where there are none. */
export function biasConfig(
  biases: ReadonlyMap<Token, number>,
): Pick<SamplerConfig, "tokenBiasKeys" | "tokenBiasValues"> {
  if (biases.size === 0) return {};
  return {
    tokenBiasKeys: Uint32Array.from(biases.keys()),
    tokenBiasValues: Float32Array.from(biases.values()),
  };
}
