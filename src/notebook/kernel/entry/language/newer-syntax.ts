/** What is newer than TypeScript 5.0: where it stands, and one sentence that says what to write instead. */

interface NewerSyntax {
  readonly pattern: RegExp;
  readonly message: string;
}

const newer: readonly NewerSyntax[] = [
  {
    pattern: /\bawait\s+using\s+[\w$]+\s*(?::[^=]+)?=/,
    message:
      '"await using" is newer than this kernel\'s TypeScript 5.0: write "const x = …; try { … } finally { await x[Symbol.asyncDispose](); }", or call its close().',
  },
  {
    pattern: /\busing\s+[\w$]+\s*(?::[^=;]+)?(?:=|\bof\b)/,
    message:
      '"using" is newer than this kernel\'s TypeScript 5.0: write "const x = …; try { … } finally { x[Symbol.dispose](); }", or call its close().',
  },
  {
    pattern: /\bimport\s+defer\s+\*\s*(?:as\b)?/,
    message:
      '"import defer" is newer than this kernel\'s TypeScript 5.0: write "const x = await import(…)" where the module is first needed.',
  },
  {
    pattern: /\b(?:from|import)\s*(["'])[^"'\n]*\1\s*with\s*\{/,
    message:
      'Import attributes are newer than this kernel\'s TypeScript 5.0: leave out "with { … }", JSON is read without it.',
  },
  {
    pattern: /\b(?:import|export)\s*\{[^}]*(["'])[^"'\n]*\1(?:\s+as\b|\s*[,}])/,
    message:
      'Imported names in quotes are newer than this kernel\'s TypeScript 5.0: write import * as x from "…" and x["the name"].',
  },
  {
    pattern: /\benum\s+const\b/,
    message: '"enum const" is no TypeScript: write "const enum Name { … }".',
  },
];

/** The first such place in a text the compiler could not parse. `errorOffset` is where it gave up. */
export function findNewerSyntax(
  text: string,
  errorOffset: number,
): { readonly offset: number; readonly message: string } | undefined {
  for (const { pattern, message } of newer) {
    for (const { 0: match, index } of text.matchAll(new RegExp(pattern, "g"))) {
      // the compiler gives up inside the new words or just after them
      if (errorOffset >= index && errorOffset <= index + match.length) return { offset: index, message };
    }
  }
  return undefined;
}
