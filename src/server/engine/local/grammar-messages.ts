/** What the server and its grammar process say to each other. */

/** Try this grammar. One at a time: the answer comes before the next is asked for. */
export interface AskGrammar {
  readonly gbnf: string;
}

export type GrammarAnswer =
  /** It has read its libraries: from now on it answers. */
  | { readonly type: "ready" }
  /** It could not: why. */
  | { readonly type: "unable"; readonly reason: string }
  /** What is wrong with the grammar, as the end of "The grammar …"; null for nothing. */
  | { readonly type: "tried"; readonly problem: string | null };
