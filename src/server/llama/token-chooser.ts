import type { LlamaModel, Token } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { GenerationRequest } from "../engine/request.js";
import type { TokenScore } from "../engine/result.js";
import type { NativeContext, NativeSampler, SamplerConfig } from "./native-context.js";
import { GrammarState } from "./native-grammar.js";
import { RequestRefused } from "./request-refused.js";
import type { Samplers } from "./samplers.js";
import { biasConfig, penaltiesOf, repetitionWindow, requestedBiases, samplerConfig } from "./sampling.js";
import { biasInFront, type PenaltyOptions, tokenPenalties } from "./token-penalties.js";
import { tokenScore } from "./token-scores.js";
import type { TokenSets } from "./token-sets.js";

export interface ChooserParts {
  readonly model: LlamaModel;
  readonly native: NativeContext;
  readonly samplers: Samplers;
  readonly tokenSets: TokenSets;
  /** Tokens per slot. */
  readonly context: number;
}

/** An answer whose tokens are to be chosen. */
export interface ChooserTask {
  readonly request: GenerationRequest;
  readonly slotId: number;
  readonly prompt: readonly Token[];
  /** Tokens that end a turn by the template, beside the model's own. */
  readonly turnEnds: readonly Token[];
}

/**
 * Chooses the tokens of one answer, by its request: penalties, biases, cuts, temperature, grammar.
 *
 * `choose`, then `follow` with what goes into the text, in turns. What stays the same from token to token is told to the
 * sampler once.
 */
export class TokenChooser {
  /** How probable the token was that was chosen last; null where that is not asked for, and for one that ends the answer. */
  score: TokenScore | null = null;
  readonly #parts: ChooserParts;
  readonly #task: ChooserTask;
  readonly #sampler: NativeSampler;
  readonly #penalties: PenaltyOptions | null;
  readonly #biases: ReadonlyMap<Token, number>;
  readonly #history: Token[];
  #grammar: GrammarState | null = null;
  /** What is taken off scores before the next token. */
  #taken: ReadonlyMap<Token, number> = new Map();
  /** Those of them that the repetition penalty changes as well: only their raw scores tell how to do both. */
  #mixed: readonly Token[] = [];

  constructor(parts: ChooserParts, task: ChooserTask) {
    const { request, slotId, prompt } = task;
    this.#parts = parts;
    this.#task = task;
    this.#history = [...prompt];
    this.#penalties = penaltiesOf(request);
    this.#biases = requestedBiases(request);
    this.#plan();
    this.#sampler = parts.samplers.of(slotId, this.#config());
  }

  /**
   * The token that follows a row of the last step; null where the model gives nothing. Rejects with `RequestRefused` where
   * the grammar allows nothing that may come.
   */
  async choose(row: number): Promise<Token | null> {
    const { native, samplers, tokenSets } = this.#parts;
    const { request, slotId } = this.#task;
    if (this.#mixed.length > 0) {
      const { byToken } = await native.logits(row, samplers.raw(slotId), this.#mixed, 0);
      this.#sampler.applyConfig(this.#config(byToken));
    }
    const token = await this.#sample(row);
    const { logprobs } = request;
    if (token === null || logprobs === undefined || tokenSets.isEnd(token)) this.score = null;
    else {
      const logits = await native.logits(row, samplers.raw(slotId), [token], Math.max(1, logprobs));
      this.score = tokenScore(token, logprobs, logits, (one) => tokenSets.bytes(one));
    }
    return token;
  }

  /** These go into the text: the token that was chosen last, and what is said in the model's place behind it. */
  follow(tokens: readonly Token[]): void {
    const hadBan = this.#bansEnds;
    this.#history.push(...tokens);
    // the sampler knows what it chose itself only
    const isSame = this.#penalties === null && hadBan === this.#bansEnds && tokens.length === 1;
    if (!isSame) this.#configure();
  }

  /**
   * From the next token on the answer obeys this grammar (GBNF), as if it began with `written`; null: none. False, with
   * nothing changed, where `written` is no beginning of the grammar. Throws for what is no grammar.
   */
  useGrammar(gbnf: string | null, root = "root", written = ""): boolean {
    if (gbnf === null && this.#grammar === null) return true;
    const { model } = this.#parts;
    const grammar = gbnf === null ? null : new GrammarState(model, gbnf, root);
    const tokens = written === "" ? [] : model.tokenize(written, false, "trimLeadingSpace");
    if (!tokens.every((token) => grammar?.accept(token) ?? true)) return false;
    this.#grammar = grammar;
    this.#configure();
    return true;
  }

  /** Whether the grammar in force ends here, whatever came next. False where there is none. */
  get isComplete(): boolean {
    const grammar = this.#grammar;
    if (grammar === null) return false;
    const { ends, singles } = this.#parts.tokenSets;
    const mayEnd = ends[0] === undefined || grammar.mayFollow(ends[0]);
    return mayEnd && !singles.some((token) => grammar.mayFollow(token));
  }

  /** Whether no token that ends the answer may come next. */
  get #bansEnds(): boolean {
    const { request, prompt } = this.#task;
    return request.ignoreEos === true || this.#history.length - prompt.length < request.minTokens;
  }

  async #sample(row: number): Promise<Token | null> {
    const grammar = this.#grammar;
    if (grammar === null) return await this.#parts.native.sample(row, this.#sampler);
    const token = await this.#parts.native.sample(row, this.#sampler).catch((error: unknown) => {
      // what is as impossible as everything else was chosen, and the grammar cannot go on with it
      throw /grammar/.test(messageOf(error)) ? nothingMayFollow() : error;
    });
    if (token !== null && this.#parts.tokenSets.isEnd(token) && !grammar.mayFollow(token)) throw nothingMayFollow();
    return token;
  }

  #configure(): void {
    this.#plan();
    // where scores are mixed they are needed first
    if (this.#mixed.length === 0) this.#sampler.applyConfig(this.#config());
  }

  #plan(): void {
    if (this.#penalties === null) return;
    const { request, prompt } = this.#task;
    const isBreaker = (token: Token): boolean => this.#parts.tokenSets.breakers.has(token);
    this.#taken = tokenPenalties(this.#history, prompt.length, this.#penalties, isBreaker);
    const window = repetitionWindow(request, this.#parts.context);
    const repeated = new Set(window === 0 ? [] : this.#history.slice(-window));
    this.#mixed = [...this.#taken.keys()].filter((token) => repeated.has(token));
  }

  /** `raw`: the scores of the mixed tokens. */
  #config(raw: ReadonlyMap<Token, number> = new Map()): SamplerConfig {
    const { request, turnEnds } = this.#task;
    const biases = new Map(this.#biases);
    for (const [token, penalty] of this.#taken) {
      const bias = biases.get(token) ?? 0;
      const score = raw.get(token);
      const sum = score === undefined ? bias - penalty : biasInFront(score, bias, penalty, request.repetitionPenalty);
      biases.set(token, sum);
    }
    if (this.#bansEnds) {
      for (const end of [...this.#parts.tokenSets.ends, ...turnEnds]) biases.set(end, Number.NEGATIVE_INFINITY);
    }
    return {
      ...samplerConfig(request, this.#history, this.#parts.context),
      ...biasConfig(biases),
      ...(this.#grammar && { grammarEvaluationState: this.#grammar.native }),
    };
  }
}

const nothingMayFollow = (): RequestRefused =>
  new RequestRefused(
    "invalid_request",
    "Nothing that the grammar allows can come next: logit_bias forbids it, or the model has no token for it.",
  );
