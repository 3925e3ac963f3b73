import { expect } from "chai";
import { judgeGrammar } from "../../../../src/server/engine/local/judge-grammar.js";

const nested = (depth: number): string => `root ::= ${"(".repeat(depth)}"a"${")".repeat(depth)}`;

describe("judgeGrammar", () => {
  for (const [name, gbnf] of [
    ["a word", 'root ::= "yes" | "no"'],
    ["64 brackets in each other", nested(64)],
    ["many brackets one after the other", `root ::= ${'("a") '.repeat(200)}`],
    ["256 parts in a row that may be left out", `root ::= ${'"a"? '.repeat(256)}`],
    ["more of them with others between", `root ::= ${'"a"? "b" '.repeat(300)}`],
    ["more of them in several ways", `root ::= ${Array(10).fill('"a"? '.repeat(200)).join(" | ")}`],
    [
      "more of them in several rules",
      Array.from({ length: 10 }, (_, n) => `r${n} ::= ${'"a"? '.repeat(200)}`).join("\n"),
    ],
    [
      "signs in texts, classes and comments",
      `root ::= "${"(?*".repeat(300)}" [${"(?*".repeat(300)}] # ${"(".repeat(99)}`,
    ],
    ["an escaped quote", `root ::= "\\"${"(".repeat(99)}" [\\]${"(".repeat(99)}]`],
    ["what must come", `root ::= ${'"a"+ "b"{2,3} "c"{1} '.repeat(300)}`],
  ] as const) {
    it(`lets pass: ${name}`, () => expect(judgeGrammar(gbnf)).to.equal(null));
  }

  for (const [name, gbnf, words] of [
    ["a long one", `root ::= "${"a".repeat(16_384)}"`, /^has 16395 bytes; it may have up to 16384$/],
    ["a long one of few characters", `root ::= "${"€".repeat(6000)}"`, /^has 18011 bytes/],
    ["65 brackets in each other", nested(65), /more than 64 brackets/],
    ["brackets that never close", "root ::= ((((".padEnd(200, "("), /more than 64 brackets/],
    ["257 parts that may be left out", `root ::= ${'"a"? '.repeat(257)}`, /more than 256 parts/],
    ["the same by *", `root ::= ${"[a]* ".repeat(257)}`, /more than 256 parts/],
    ["the same by {0,1}", `root ::= ${"a{0,1} ".repeat(257)}\na ::= "a"`, /more than 256 parts/],
    ["the same by {,2}", `root ::= ${"a{,2} ".repeat(257)}\na ::= "a"`, /more than 256 parts/],
    ["the same of brackets", `root ::= ${'("a" "b")? '.repeat(257)}`, /more than 256 parts/],
    ["the same in a bracket, over lines", `root ::= (\n${'"a"?\n'.repeat(257)})`, /more than 256 parts/],
    ["a zero byte", 'root ::= "a\0"', /zero byte/],
  ] as const) {
    it(`refuses: ${name}`, () => expect(judgeGrammar(gbnf)).to.match(words));
  }

  it("lets what was made here be larger, up to a limit", () => {
    expect(judgeGrammar(`root ::= ${'"a"? '.repeat(5000)}`, true)).to.equal(null);
    expect(judgeGrammar("x".repeat(300_000), true)).to.match(/up to 262144/);
  });

  it("takes no longer than its text is long", () => {
    const startedAt = performance.now();
    for (const text of ['"', "\\", "(", "[", "{", '"\\', "# ", "a ", "?", ")"])
      judgeGrammar(text.repeat(16_384 / text.length));
    expect(performance.now() - startedAt).to.be.below(2000);
  });
});
