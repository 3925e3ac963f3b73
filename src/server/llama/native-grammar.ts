/**
 * A grammar as it advances with an answer.
 *
 * The only file that names what node-llama-cpp keeps to itself about grammars. Sources: node-llama-cpp
 * `llama/addon/AddonGrammar.cpp`, `AddonGrammarEvaluationState.cpp`, `AddonSampler.cpp`.
 */
import type { LlamaModel, Token } from "node-llama-cpp";
import { type NativeGrammar, writtenFor } from "./native-context.js";

interface Bindings {
  readonly AddonGrammar?: new (gbnf: string, options: { addonExports: object; rootRuleName: string }) => object;
  readonly AddonGrammarEvaluationState?: new (model: object, grammar: object) => NativeGrammar;
  readonly AddonSampler?: {
    canBeNextTokenForGrammarEvaluationState(state: NativeGrammar, token: Token): boolean;
    acceptGrammarEvaluationStateToken(state: NativeGrammar, token: Token): void;
  };
}

export class GrammarState {
  readonly native: NativeGrammar;
  readonly #sampler: NonNullable<Bindings["AddonSampler"]>;

  /**
   * At the beginning of the grammar's rule `root`. Throws "Failed to parse grammar" for one that is none, and where the
   * library is another than the one this was written for.
   */
  constructor(model: LlamaModel, gbnf: string, root: string) {
    const inner = model as unknown as { readonly _model?: object; readonly _llama?: { readonly _bindings?: Bindings } };
    const { _model: native, _llama: { _bindings: bindings } = {} } = inner;
    const { AddonGrammar, AddonGrammarEvaluationState, AddonSampler } = bindings ?? {};
    if (!native || !bindings || !AddonGrammar || !AddonGrammarEvaluationState || !AddonSampler) {
      throw new Error(`node-llama-cpp has no grammars here. This engine needs ${writtenFor}; "npm ci" installs it.`);
    }
    const grammar = new AddonGrammar(gbnf, { addonExports: bindings, rootRuleName: root });
    this.native = new AddonGrammarEvaluationState(native, grammar);
    this.#sampler = AddonSampler;
  }

  /** Whether this token may come next; one that ends answers where the grammar may end. */
  mayFollow(token: Token): boolean {
    return this.#sampler.canBeNextTokenForGrammarEvaluationState(this.native, token);
  }

  /** Moves on by a token that may follow and ends nothing; false, with nothing moved, for one that may not. */
  accept(token: Token): boolean {
    if (!this.mayFollow(token)) return false;
    this.#sampler.acceptGrammarEvaluationStateToken(this.native, token);
    return true;
  }
}
