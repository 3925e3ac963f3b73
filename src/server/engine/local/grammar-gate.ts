/** Lets a grammar through to engines only once it was tried where it can hurt nobody. */
import { createHash } from "node:crypto";
import { LabError } from "../../errors.js";
import { type GrammarProcess, GrammarProcessMissing } from "./grammar-process.js";
import { judgeGrammar } from "./judge-grammar.js";

/** Grammars whose outcome is remembered. */
const mostRemembered = 1024;
/** Grammars that may wait to be tried. */
const mostWaiting = 32;

export interface GrammarToCheck {
  readonly gbnf: string;
  /** The field that it came in, as on the wire: an error names it. */
  readonly param: string;
  /** It was made here out of a schema: it may be larger. Default false. */
  readonly isOwn?: boolean;
}

export class GrammarGate {
  readonly #process: Pick<GrammarProcess, "try">;
  /** By the hash of the text, the one asked for last at the end. */
  readonly #known = new Map<string, Promise<string | null>>();
  #waiting = 0;

  constructor(process: Pick<GrammarProcess, "try">) {
    this.#process = process;
  }

  /**
   * Resolves when an engine may have it. Refuses with `invalid_request` what no engine should see, with `queue_full` when too
   * many wait to be tried.
   */
  async check({ gbnf, param, isOwn = false }: GrammarToCheck): Promise<void> {
    const problem = judgeGrammar(gbnf, isOwn) ?? (await this.#outcome(gbnf));
    if (problem === null) return;
    const which = isOwn
      ? `The grammar made of ${param}`
      : param === "grammar"
        ? "The grammar"
        : `The grammar in ${param}`;
    throw new LabError("invalid_request", `${which} ${problem}.`, { param });
  }

  async #outcome(gbnf: string): Promise<string | null> {
    const hash = createHash("sha256").update(gbnf).digest("base64");
    const outcome = this.#known.get(hash) ?? this.#try(gbnf);
    // it is the last one asked for now
    this.#known.delete(hash);
    this.#known.set(hash, outcome);
    outcome.catch(() => {
      // nothing is known of it: the next one who asks has it tried again
      if (this.#known.get(hash) === outcome) this.#known.delete(hash);
    });
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostRemembered && oldest !== undefined) this.#known.delete(oldest);
    return await outcome;
  }

  async #try(gbnf: string): Promise<string | null> {
    if (this.#waiting >= mostWaiting) {
      throw new LabError("queue_full", "Too many grammars wait to be tried. Send it again in a moment.", {
        retryAfterSeconds: 1,
      });
    }
    this.#waiting += 1;
    try {
      return await this.#process.try(gbnf);
    } catch (error) {
      if (!(error instanceof GrammarProcessMissing)) throw error;
      throw new LabError("engine_restarting", `The grammar could not be tried: ${error.message}. Send it again.`, {
        retryAfterSeconds: 1,
        cause: error,
      });
    } finally {
      this.#waiting -= 1;
    }
  }
}
