/**
 * What a grammar (GBNF) looks like to somebody who does not read it: whether its size and shape could hurt its reader.
 *
 * The library's reader calls itself for each open bracket and crashes at some thousands; parts that may be left out, in a
 * row, cost it time with the square of their number or worse. What the text does not show (rules that call rules) is found
 * by trying: see `grammar-gate.ts`.
 */

/** The limits of a client's grammar. */
export const grammarLimits = { bytes: 16_384, nesting: 64, optionalInARow: 256 } as const;

/** Bytes of a grammar that was made here, out of a schema: its shape is known. */
const mostOwnBytes = 262_144;

/** What is wrong with it, as the end of "The grammar …"; null for nothing. `isOwn`: it was made here. */
export function judgeGrammar(gbnf: string, isOwn = false): string | null {
  const bytes = Buffer.byteLength(gbnf);
  const mostBytes = isOwn ? mostOwnBytes : grammarLimits.bytes;
  if (bytes > mostBytes) return `has ${bytes} bytes; it may have up to ${mostBytes}`;
  if (gbnf.includes("\0")) return "has a zero byte in it";
  return isOwn ? null : judgeShape(gbnf);
}

/** Texts, character classes, comments; the signs that matter, and names. */
const lexemes = /"(?:\\[\s\S]|[^"\\])*"?|\[(?:\\[\s\S]|[^\]\\])*\]?|#[^\n]*|::=|[()|?*+.]|\{[^}]*\}?|[\w-]+/g;
/** Behind a part: it may be left out. `{0}`, `{,3}` and `{0,3}` say so as well. */
const leavesOut = /^(?:[?*]|\{\s*0*\s*[,}])/;
/** Behind a part: it is repeated. */
const repeats = /^[+{]/;

/** The parts of one bracket so far. */
interface Row {
  /** How many of the last ones, in a row, may be left out. */
  readonly optional: number;
  /** The last one is none of them, so far. */
  readonly isBroken: boolean;
}

function judgeShape(gbnf: string): string | null {
  let rows: readonly Row[] = [freshRow];
  for (const [lexeme] of gbnf.matchAll(lexemes)) {
    rows = rowsAfter(rows, lexeme);
    if (rows.length > grammarLimits.nesting + 1) return `has more than ${grammarLimits.nesting} brackets in each other`;
    if ((rows.at(-1)?.optional ?? 0) > grammarLimits.optionalInARow) {
      return `has more than ${grammarLimits.optionalInARow} parts in a row that may be left out`;
    }
  }
  return null;
}

const freshRow: Row = { optional: 0, isBroken: false };

/** The rows of all open brackets, the innermost last, behind this lexeme. */
function rowsAfter(rows: readonly Row[], lexeme: string): readonly Row[] {
  const outer = rows.slice(0, -1);
  const { optional, isBroken } = rows.at(-1) ?? freshRow;
  if (lexeme.startsWith("#")) return rows;
  if (lexeme === "|" || lexeme === "::=") return [...outer, freshRow];
  if (lexeme === ")") return outer.length === 0 ? rows : outer;
  if (leavesOut.test(lexeme)) return [...outer, { optional: optional + 1, isBroken: false }];
  if (repeats.test(lexeme)) return rows;
  // a part; whether it may be left out is said behind it
  const next = [...outer, { optional: isBroken ? 0 : optional, isBroken: true }];
  return lexeme === "(" ? [...next, freshRow] : next;
}
