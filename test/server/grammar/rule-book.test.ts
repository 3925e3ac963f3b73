import { expect } from "chai";
import { compileSchema, writeSchema } from "../../../src/server/grammar/compile-schema.js";
import {
  characterClass,
  GrammarTooLarge,
  join,
  literal,
  prefixRules,
  RuleBook,
} from "../../../src/server/grammar/rule-book.js";
import { Matcher } from "../../support/gbnf.js";

describe("a book of rules", () => {
  it("quotes every text so that it stands for itself", () => {
    const texts = ['a"b', "back\\slash", "[x]-^", "line\nend\t", "é😀\u2028", "a{2} | b* # c", "<[1]>"];
    for (const text of texts) {
      const matcher = new Matcher(`root ::= ${literal(text)}\n`);
      expect(matcher.accepts(text), text).to.equal(true);
      expect(matcher.accepts(`${text}x`), text).to.equal(false);
    }
  });

  it("quotes every character of a class", () => {
    const marks = [..."]^-[\\\"'aé😀\n"].map((one) => one.codePointAt(0)!);
    const matcher = new Matcher(`root ::= ${characterClass(marks.map((code) => [code, code]))}\n`);
    for (const mark of marks) expect(matcher.accepts(String.fromCodePoint(mark))).to.equal(true);
    expect(matcher.accepts("b")).to.equal(false);
  });

  it("gives equal rules one name, and different ones different names", () => {
    const book = new RuleBook();
    expect(book.rule("a b", '"x"')).to.equal("a-b");
    expect(book.rule("other", '"x"')).to.equal("a-b");
    expect(book.rule("a/b", '"y"')).to.equal("a-b-2");
    expect(book.rule("ünïcode 1", '"z"')).to.equal("n-code-1");
    expect(book.rule("", '"w"')).to.equal("rule");
  });

  it("puts several schemas and texts into one grammar", () => {
    const book = new RuleBook();
    const root = book.reserve("root");
    const one = writeSchema(
      book,
      { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      "arguments",
    );
    const other = writeSchema(book, { type: "array", items: { type: "string" } }, "arguments");
    book.set(root, join(literal("call "), one, literal(" then "), other));
    const matcher = new Matcher(book.text(root));
    expect(matcher.accepts('call {"city":"Ulm"} then ["a"]')).to.equal(true);
    expect(matcher.accepts('call {} then ["a"]')).to.equal(false);
  });

  it("gives all rules of a grammar another beginning, and changes nothing else", () => {
    const { grammar } = compileSchema({
      type: "object",
      properties: { "root ::= a": { maxLength: 40, type: "string" }, b: { pattern: "^[x-z]a$" } },
    });
    const matcher = new Matcher(
      `root ::= "<" t1-root ">" | t2-root\n${prefixRules(grammar, "t1-")}${prefixRules('root ::= "-a" [a-c]{2}\n', "t2-")}`,
    );
    expect(matcher.accepts('<{"root ::= a":"x","b":"ya"}>')).to.equal(true);
    expect(matcher.accepts("-abc")).to.equal(true);
    expect(matcher.accepts("{}")).to.equal(false);
  });

  it("ends at a size, by rules as by repetitions", () => {
    expect(() => new RuleBook().rule("a", literal("x".repeat(200_000)))).to.throw(GrammarTooLarge, "200000 bytes");
    const book = new RuleBook();
    const repeats = (): void => {
      for (let times = 500; times < 1000; times += 1) book.repeat('"x"', 0, times);
    };
    expect(repeats).to.throw(GrammarTooLarge, "20000 repetitions");
  });
});
