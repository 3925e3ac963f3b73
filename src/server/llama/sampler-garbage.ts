/**
 * Throws away what the samplers of ended requests still hold.
 *
 * A sampler has room for every token of the vocabulary, and the library frees that only when V8 collects the sampler's
 * small object. V8 does not see the memory behind it, so by itself it would not collect for thousands of requests.
 * Source: llama/addon/AddonSampler.h of node-llama-cpp 3.22.1, `tokenCandidates`.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes of a `llama_token_data`. Source: llama.h. */
const bytesPerToken = 12;
/** Bytes held at most while nothing runs, and while something does: collecting stops the process for some 10 ms. */
const idleBytes = 32 * 2 ** 20;
const busyBytes = 256 * 2 ** 20;

export class SamplerGarbage {
  readonly #bytesPerRequest: number;
  readonly #collect: () => void;
  #bytes = 0;

  constructor(vocabularySize: number, collect: () => void = collector()) {
    this.#bytesPerRequest = vocabularySize * bytesPerToken;
    this.#collect = collect;
  }

  /** A request that may have had a sampler has ended. */
  add(): void {
    this.#bytes += this.#bytesPerRequest;
  }

  /** Collects where that gains enough. */
  sweep(isIdle: boolean): void {
    if (this.#bytes < (isIdle ? idleBytes : busyBytes)) return;
    this.#bytes = 0;
    this.#collect();
  }
}

/** V8's own function, without a flag on the command line of the process. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // without arguments: any that is true would ask for the young garbage only
  return () => collect();
}
