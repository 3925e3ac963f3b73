import { messageOf } from "../async/message-of.js";
import type { ReasoningForm } from "../prompts/reasoning-form.js";
import { RequestRefused } from "./request-refused.js";
import type { TokenChooser } from "./token-chooser.js";

/** A grammar and the rule that it begins with. */
export interface RootedGrammar {
  readonly gbnf: string;
  readonly root: string;
}

/** Blanks between a thought and the answer: models put them there, and they belong to neither. */
const blanks = "[ \\t\\r\\n]{0,4} ";

/**
 * The grammar where the model may think first: a thought may begin in the answer's place, and behind one there may be blanks.
 * What stands around an answer and says nothing stands around the grammar.
 */
export function beforeAnswer(gbnf: string, form: ReasoningForm | null, isBehindThought: boolean): RootedGrammar {
  if (form === null) return { gbnf, root: "root" };
  const openings = [...form.opens, ...(form.headers?.starts ?? [])].map((open) => `${JSON.stringify(open)} .*`);
  const wrapped = form.wraps.map(([open, close]) => `${JSON.stringify(open)} root ${JSON.stringify(close)}?`);
  let root = "answer-or-thought";
  while (gbnf.includes(root)) root += "-x";
  const ways = [...openings, ...wrapped, "root"].join(" | ");
  return { gbnf: `${gbnf}\n${root} ::= ${isBehindThought ? blanks : ""}( ${ways} )\n`, root };
}

/** Keeps an answer to its grammar, and its thoughts free of it. */
export class AnswerGrammar {
  readonly #gbnf: string;
  readonly #form: ReasoningForm | null;
  readonly #chooser: Pick<TokenChooser, "useGrammar">;
  #isFree: boolean;

  /**
   * `form` is how the model thinks, null where it does not or may not. `isFree`: the answer begins within a thought. Throws
   * `RequestRefused` for what is no grammar.
   */
  constructor(
    gbnf: string,
    form: ReasoningForm | null,
    chooser: Pick<TokenChooser, "useGrammar">,
    { isFree }: { readonly isFree: boolean },
  ) {
    this.#gbnf = gbnf;
    this.#form = form;
    this.#chooser = chooser;
    this.#isFree = isFree;
    if (!isFree) this.#obey(false);
  }

  /** Within a thought, or what stands around it, or not any more. */
  moved(isFree: boolean): void {
    if (isFree === this.#isFree) return;
    this.#isFree = isFree;
    if (isFree) this.#chooser.useGrammar(null);
    else this.#obey(true);
  }

  #obey(isBehindThought: boolean): void {
    const { gbnf, root } = beforeAnswer(this.#gbnf, this.#form, isBehindThought);
    try {
      this.#chooser.useGrammar(gbnf, root);
    } catch (error) {
      throw new RequestRefused("invalid_request", `The grammar cannot be read (${messageOf(error)}).`);
    }
  }
}
