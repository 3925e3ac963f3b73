import type { NativeSampler, SamplerConfig } from "./native-context.js";

/**
 * One native sampler per slot, used again for every request there.
 *
 * A sampler has room for every token of the vocabulary, and gives it back only when V8 collects its small object, which V8
 * has no reason to do: so none is ever thrown away. Source: node-llama-cpp `AddonSampler.h`, `tokenCandidates`.
 */
export class Samplers {
  readonly #create: () => NativeSampler;
  readonly #bySlot = new Map<number, NativeSampler>();
  readonly #rawBySlot = new Map<number, NativeSampler>();

  constructor(create: () => NativeSampler) {
    this.#create = create;
  }

  /** The sampler of a slot, set up for a new answer: nothing of the one before is left in it. */
  of(slotId: number, config: SamplerConfig): NativeSampler {
    const used = this.#bySlot.get(slotId);
    const sampler = used ?? this.#create();
    this.#bySlot.set(slotId, sampler);
    // told the seed that it has, a sampler goes on with its random numbers where they are; told another, it begins anew
    if (used !== undefined) sampler.applyConfig({ temperature: 1, seed: config.seed === 0 ? 1 : config.seed - 1 });
    sampler.applyConfig(config);
    return sampler;
  }

  /** A sampler of a slot that changes no score: what looks at raw ones needs it. */
  raw(slotId: number): NativeSampler {
    const used = this.#rawBySlot.get(slotId);
    if (used !== undefined) return used;
    const sampler = this.#create();
    sampler.applyConfig({ temperature: 0, seed: 0 });
    this.#rawBySlot.set(slotId, sampler);
    return sampler;
  }
}
