import { expect } from "chai";
import { AnswerGrammar, beforeAnswer } from "../../../src/server/llama/answer-grammar.js";
import { RequestRefused } from "../../../src/server/llama/request-refused.js";
import { taggedForm } from "../../../src/server/prompts/reasoning-form.js";

const gbnf = 'root ::= "a"';
const form = taggedForm([["<think>", "</think>"]]);

describe("the grammar in front of an answer", () => {
  it("is the request's own where the model does not think", () => {
    expect(beforeAnswer(gbnf, null, false)).to.deep.equal({ gbnf, root: "root" });
  });

  it("lets a thought begin, and blanks stand behind one", () => {
    const { gbnf: first, root } = beforeAnswer(gbnf, form, false);
    expect(first).to.equal(`${gbnf}\n${root} ::= ( "<think>" .* | root )\n`);
    expect(beforeAnswer(gbnf, form, true).gbnf).to.contain(`${root} ::= [ \\t\\r\\n]{0,4} (`);
  });

  it("lets what wraps answers stand around it", () => {
    const wrapped = beforeAnswer(gbnf, { ...form, wraps: [["<say>", "</say>"]] }, false);
    expect(wrapped.gbnf).to.contain('"<say>" root "</say>"?');
  });

  it("has a rule of its own name, whatever the request's are called", () => {
    const { root } = beforeAnswer('root ::= answer-or-thought\nanswer-or-thought ::= "a"', form, false);
    expect(root).to.equal("answer-or-thought-x");
  });
});

describe("AnswerGrammar", () => {
  const calls: (string | null)[] = [];
  const chooser = {
    useGrammar: (text: string | null): boolean => {
      if (text?.includes("broken")) throw new Error("Failed to parse grammar");
      calls.push(text === null ? null : text.includes("{0,4}") ? "behind" : "first");
      return true;
    },
  };
  beforeEach(() => calls.splice(0));

  it("obeys from the first word where no thought is open", () => {
    const grammar = new AnswerGrammar(gbnf, form, chooser, { isFree: false });
    for (const isFree of [false, false, true, true, false]) grammar.moved(isFree);
    expect(calls).to.deep.equal(["first", null, "behind"]);
  });

  it("waits for the end of a thought that the prompt opened", () => {
    const grammar = new AnswerGrammar(gbnf, form, chooser, { isFree: true });
    expect(calls).to.deep.equal([]);
    grammar.moved(false);
    expect(calls).to.deep.equal(["behind"]);
  });

  it("refuses what is no grammar", () => {
    expect(() => new AnswerGrammar("broken", null, chooser, { isFree: false })).to.throw(
      RequestRefused,
      "cannot be read",
    );
  });
});
