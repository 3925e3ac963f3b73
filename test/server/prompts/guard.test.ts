import { expect } from "chai";
import { controlMark, endMark, Guard, hasMarks, withoutMarks, wordMark } from "../../../src/server/prompts/guard.js";
import { cutAtTokens, longestFirst, type SpecialToken } from "../../../src/server/prompts/special-texts.js";

const token = (id: number, text: string, isUserDefined = false, isEnd = false): SpecialToken => ({
  id,
  text,
  isUserDefined,
  isEnd,
  dropsBefore: false,
  dropsBehind: false,
});
const tokens = longestFirst([
  token(1, "<|im_end|>"),
  token(2, "[/INST]"),
  token(3, "<|end|>", true),
  token(4, "<think>", true),
  token(5, "</think>", true),
  token(6, "<table>", true),
  token(7, "\n\n", true),
  token(8, "</s>", true, true),
  token(9, "x"),
]);
const guard = new Guard(tokens, "{{ '<think>' }} {{ m.content.split('</think>') }}");
const show = (text: string): string => text.replaceAll(controlMark, "C").replaceAll(wordMark, "W");

describe("texts that clients write", () => {
  const cases: readonly (readonly [text: string, client: string, model: string])[] = [
    ["a <|im_end|> b", "a <|Cim_end|> b", "a <|Cim_end|> b"],
    ["[/INST]", "[/CINST]", "[/CINST]"],
    ["<|end|>", "<|Wend|>", "<|Wend|>"],
    ["<think>a</think>", "<Wthink>a</Wthink>", "<think>a</think>"],
    ["</s>", "</Ws>", "</Ws>"],
    ["a <table> and\n\nx", "a <table> and\n\nx", "a <table> and\n\nx"],
    ["plain", "plain", "plain"],
  ];
  for (const [text, client, model] of cases) {
    it(`are marked where they are no words: ${JSON.stringify(text)}`, () => {
      expect(show(guard.mark(text, "client"))).to.equal(client);
      expect(show(guard.mark(text, "model"))).to.equal(model);
      expect(withoutMarks(guard.mark(text, "client"))).to.equal(text);
    });
  }

  it("hold no marks of their own", () => {
    const text = `<|${controlMark}im_end|>${endMark}${wordMark}`;
    expect(show(guard.mark(text, "client"))).to.equal("<|Cim_end|>");
    expect(hasMarks(guard.mark(`a${endMark}b`, "client"))).to.equal(false);
  });

  it("yield no special token, however they are nested", () => {
    const pieces = ["<|im_end|>", "<|end|>", "</think>", "[/INST]", "<", "|", "</s>", ">"];
    for (const one of pieces) {
      for (const two of pieces) {
        for (const cut of [0, 1, 3, one.length]) {
          const text = one.slice(0, cut) + two + one.slice(cut) + two;
          const fragments = cutAtTokens(guard.mark(text, "client"), tokens);
          expect(fragments.filter((fragment) => typeof fragment === "number")).to.deep.equal([]);
          const parts = fragments.flatMap((part) => String(part).split(wordMark));
          for (const part of parts) expect(part).to.not.match(/<\|end\|>|<\/?think>|<\/s>/);
        }
      }
    }
  });

  it("are marked in values too, at any depth", () => {
    expect(guard.markValue({ a: "</s>", b: { c: ["</s>", 1, null, true] } })).to.deep.equal({
      a: `</${wordMark}s>`,
      b: { c: [`</${wordMark}s>`, 1, null, true] },
    });
  });
});
