import type { LlamaModel, Token } from "node-llama-cpp";
import { GrammarState } from "./native-grammar.js";

/** Characters that a grammar is advanced over, in several texts that it allows. */
const characters = 1000;

/** The tokens of a vocabulary of single bytes: see `models/sample/byte-vocabulary.ts`. */
const firstByte = 3;
const end = 2 as Token;

/** The bytes that texts are mostly made of first: they are tried in this order, from another place each time. */
const usual = Array.from({ length: 95 }, (_, at) => at + 0x20);
const rare = [0x0a, 0x09, ...Array.from({ length: 128 }, (_, at) => at + 0x80)];

/**
 * Compiles a grammar and writes texts by it: the same character again and again where that is allowed, which is the worst for
 * most, and others. The model is a vocabulary of single bytes.
 *
 * What is wrong with the grammar, as the end of "The grammar …"; null for nothing.
 */
export function tryGrammar(model: LlamaModel, gbnf: string): string | null {
  let state = stateOf(model, gbnf);
  if (state === null)
    return "is not one that llama.cpp reads: see grammars/README.md of llama.cpp for how to write GBNF";
  let last = usual[0] as number;
  let wasBegun = false;
  for (let made = 0; made < characters; made += 1) {
    // half of the texts take what they took before, the others something else each time
    const wish = made < characters / 2 ? last : (last + 1 + (made % 7)) % 0x100;
    const byte = nextByte(state, wish);
    if (byte !== undefined) {
      last = byte;
      wasBegun = true;
      continue;
    }
    if (!state.mayFollow(end)) return wasBegun ? "leads to where nothing may follow" : "allows no text at all";
    if (!wasBegun) return null;
    state = stateOf(model, gbnf) as GrammarState;
    wasBegun = false;
    last = usual[(made * 31) % usual.length] as number;
  }
  return null;
}

function stateOf(model: LlamaModel, gbnf: string): GrammarState | null {
  try {
    return new GrammarState(model, gbnf, "root");
  } catch {
    // why is told to the standard error of the process alone
    return null;
  }
}

/** The byte that was accepted: the wish, or the first one after it in the order of what is usual; undefined for none. */
function nextByte(state: GrammarState, wish: number): number | undefined {
  const accepts = (byte: number): boolean => state.accept((firstByte + byte) as Token);
  if (accepts(wish)) return wish;
  const from = Math.max(0, usual.indexOf(wish));
  return [...usual.slice(from), ...usual.slice(0, from), ...rare].find(accepts);
}
