import { expect } from "chai";
import { authtokenInNgrokConfig } from "../../../src/server/state/ngrok-config.js";

const read = (...lines: string[]): string | undefined => authtokenInNgrokConfig(lines.join("\n"));

describe("ngrok's configuration file", () => {
  for (const [where, lines] of Object.entries({
    "at the top in version 2": ['version: "2"', "authtoken: 2abc_DEF", "tunnels:", "  a:", "    addr: 80"],
    "under agent in version 3": ["version: 3", "", "agent: # mine", "    api_key: x", "    authtoken: 2abc_DEF"],
    "in quotes, with a comment": ['authtoken: "2abc_DEF"   # mine'],
    "under a key in quotes": ["'authtoken': '2abc_DEF'"],
    "with an escape": ['authtoken: "2abc\\x5fDEF"'],
    "as a block": ["authtoken: |", "  2abc_DEF"],
    "on the next line": ["authtoken:", "  2abc_DEF"],
    "with a tag": ["authtoken: !!str 2abc_DEF"],
    "on one line": ["agent: { authtoken: 2abc_DEF }"],
    "as JSON": ['{"authtoken": "2abc_DEF"}'],
    "behind an anchor": ["mine: &mine 2abc_DEF", "authtoken: *mine"],
    "in a map that is merged in": ["all: &all", "  authtoken: 2abc_DEF", "agent:", "  <<: *all"],
    "twice, the same": ["authtoken: 2abc_DEF", "agent:", "  authtoken: 2abc_DEF"],
    "after an empty one": ["authtoken:", "agent:", "  authtoken: 2abc_DEF"],
    "after a byte order mark": ["\uFEFFversion: 3", "agent:", "  authtoken: 2abc_DEF"],
    "with line ends of Windows": ["version: 3\r", "agent:\r", "  authtoken: 2abc_DEF\r", ""],
  })) {
    it(`holds the authtoken ${where}`, () => {
      expect(read(...lines)).to.equal("2abc_DEF");
    });
  }

  it("may hold one of digits alone, which is no number", () => {
    expect(read("authtoken: 01234567890123456789")).to.equal("01234567890123456789");
  });

  for (const lines of [
    ["# authtoken: 2abc_DEF", "version: 3"],
    ["other:", "  authtoken: 2abc_DEF"],
    ["agent:", "  note: |", "    authtoken: 2abc_DEF"],
    ["agent:", "  a: 1", "other:", "  authtoken: 2abc_DEF"],
    ["authtoken_file: 2abc_DEF"],
    ["authtoken: ~"],
    ["authtoken: null"],
    ["agent:"],
    [""],
  ]) {
    it(`has none when it says ${JSON.stringify(lines.join("\n"))}`, () => {
      expect(read(...lines)).to.equal(undefined);
    });
  }

  for (const [what, lines] of Object.entries({
    "two authtokens": ["authtoken: 2abc_DEF", "agent:", "  authtoken: 2other_one"],
    "the key twice": ["authtoken: 2abc_DEF", "authtoken: 2other_one"],
    "an anchor that is not there": ["authtoken: *2abc_DEF"],
    "an authtoken that is a list": ["authtoken: [2abc_DEF]"],
    "a list": ["- authtoken: 2abc_DEF"],
    "a tab before a key": ["agent:", "\tauthtoken: 2abc_DEF"],
    "a bracket that stays open": ["agent: { authtoken: 2abc_DEF"],
    "brackets without end": [`authtoken: 2abc_DEF ${"[".repeat(50_000)}`],
    "lists in lists without end": ["authtoken: 2abc_DEF", "- ".repeat(50_000)],
    "references that multiply": [
      "a0: &a0 [x, x]",
      ...Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`),
      "authtoken: 2abc_DEF",
    ],
  })) {
    it(`is refused, without a word of what stands in it, for ${what}`, () => {
      expect(() => read(...lines))
        .to.throw(Error)
        .with.property("message")
        .that.matches(/^[a-z].*[^.]$/)
        .and.does.not.match(/2abc|2other/);
    });
  }
});
