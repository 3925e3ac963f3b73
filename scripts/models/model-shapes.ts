/** Sizes of a llama-architecture model. */
export interface ModelShape {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly contextLength: number;
  readonly ropeBase: number;
}

/**
 * Shapes of models that people run. Sources: config.json of stories15M (llama2.c), SmolLM2-135M and Qwen2.5-0.5B; the
 * last without the bias of its attention, which this architecture has not. Input and output embedding are one tensor.
 */
export const modelShapes = {
  "15m": {
    width: 288,
    layers: 6,
    heads: 6,
    keyHeads: 6,
    feedForward: 768,
    vocabulary: 32000,
    contextLength: 2048,
    ropeBase: 1e4,
  },
  "135m": {
    width: 576,
    layers: 30,
    heads: 9,
    keyHeads: 3,
    feedForward: 1536,
    vocabulary: 49152,
    contextLength: 8192,
    ropeBase: 1e5,
  },
  "0.5b": {
    width: 896,
    layers: 24,
    heads: 14,
    keyHeads: 2,
    feedForward: 4864,
    vocabulary: 151936,
    contextLength: 32768,
    ropeBase: 1e6,
  },
} as const satisfies Record<string, ModelShape>;
