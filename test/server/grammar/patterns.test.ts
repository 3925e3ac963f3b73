import { expect } from "chai";
import { automaton } from "../../../src/server/grammar/automaton.js";
import { Languages } from "../../../src/server/grammar/languages.js";
import { patternLanguage } from "../../../src/server/grammar/patterns.js";
import { grammarOf, refusalOf } from "../../support/grammar-of.js";
import { Sampler } from "../../support/sample-gbnf.js";

const patterns = [
  "^[A-Z]{2,4}$", "^a|b$", "\\d+", "^(?:foo|bar)-[0-9]{1,3}$", "^\\S+$", "[^a-c]{2}", "^(?!x)[a-z]*$", "^.{3,}$", "^$", "",
  "\\w+@\\w+", "^[^\"\\\\]*$", "^(a(b(c)?)?)+$", "^\\u00e9\\x41$", "^[\\w.-]+$", "^(?=.*\\d)(?=.*[a-z]).{4,8}$", "^a{0}b$",
  "^(?<year>\\d{4})-\\d\\d$", "a+?b*?", "^[\\]\\-^]+$", "^(a|)$", "^\\p$|a$".replace("\\p", "\\."), "^\\$\\{x\\}$",
  "^a(?!b)", "(^a)?b", "^(?:a$|b)", "^\\cA$".replace("\\cA", "\\t"), "^\\u{1F600}+$", "x(?=y)y$", "^(?:(?!ab)[ab]){0,4}$",
  "^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$", "^^a$$", "(?=^)a|(?!^)b", "a$(?!$)|b", "^(?!(?:x|^$)).*$", "^a*(?!^$)", "(?!$)^", "a*^b",
]; // biome-ignore format: a table
const texts = [
  "", "a", "b", "ab", "ba", "abc", "aab", "ABC", "ABCDE", "foo-1", "foo-1234", "bar-99", "x", "xyz", "é", "éA", "a b", "\n", "a\nb", "1",
  "12a4", "abcd1", "12345", "2026-11", "]^-", "a1-", "$" + "{x}", "😀", "😀😀", ".", "\t", "yx", "xy", "abab", "bbaa", "\\", '"', "\u2028", "@", "a@b", "-", "1.5", "+.", "-3",
]; // biome-ignore format: a table

describe("patterns", () => {
  for (const pattern of patterns) {
    it(`finds the texts in which JavaScript finds /${pattern}/`, () => {
      const { grammar, matcher } = grammarOf({ type: "string", pattern });
      const expression = new RegExp(pattern, "u");
      for (const text of texts) {
        expect(matcher.accepts(JSON.stringify(text)), JSON.stringify(text)).to.equal(expression.test(text));
      }
      const sampler = new Sampler(grammar, 1);
      for (let count = 0; count < 20; count += 1) {
        const text = sampler.text();
        expect(expression.test(JSON.parse(text)), text).to.equal(true);
      }
    });
  }

  for (const pattern of [
    "(a)\\1",
    "(?<=a)b",
    "(?<!a)b",
    "\\bword\\b",
    "\\p{L}",
    "(",
    ")",
    "[a",
    "a{2,1}",
    "*a",
    "\\",
    "(?i:a)",
    "a{1001}",
    "(?:^a)*",
    "[b-a]",
    "{",
  ]) {
    it(`refuses "${pattern}" by its name`, () => {
      const { path, keyword } = refusalOf({ type: "object", properties: { a: { type: "string", pattern } } });
      expect([path, keyword]).to.deep.equal(["/properties/a", "pattern"]);
    });
  }

  it("are kept together with formats and lengths", () => {
    grammarOf({ type: "string", pattern: "^[a-z]+$", minLength: 2, maxLength: 3 })
      .accepts('"ab"', '"abc"')
      .refuses('"a"', '"abcd"', '"AB"');
    grammarOf({ type: "string", format: "date", pattern: "^2026" })
      .accepts('"2026-02-28"')
      .refuses('"2025-02-28"', '"2026-02-29"');
    grammarOf({ allOf: [{ type: "string", pattern: "a" }, { pattern: "b" }] })
      .accepts('"ab"', '"xbya"')
      .refuses('"a"', '"b"');
  });

  it("hold their texts to what fits an answer where a longest length would take too many places", () => {
    grammarOf({ type: "string", format: "uri", minLength: 1, maxLength: 2083 })
      .accepts('"https://example.com/a?b=c"')
      .refuses('"example"');
  });

  it("have few places: each step has one way", () => {
    const languages = new Languages();
    const states = automaton(languages, patternLanguage(languages, "^(a|b|ab)*c{3}$"));
    expect(states.length).to.be.at.most(7);
    expect(
      grammarOf({ type: "string", format: "date-time" }).accepts('"2026-11-28T10:00:00.5+01:00"').matcher.mostStacks,
    ).to.be.at.most(4);
  });
});
