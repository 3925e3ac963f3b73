import { expect } from "chai";
import { BadStormOption, parseStormOptions } from "../../scripts/storm/storm-options.js";

const parse = (...args: string[]) => parseStormOptions(args, () => 42);

describe("options of a storm", () => {
  it("are a minute and any seed, when nothing is said", () => {
    expect(parse()).to.deep.equal({ seconds: 60, seed: 42 });
    expect(parse("--seconds", "15", "--seed", "7")).to.deep.equal({ seconds: 15, seed: 7 });
    expect(parse("--help")).to.equal(null);
  });

  for (const args of [["--seconds", "0"], ["--seconds", "1e3"], ["--seed", "-1"], ["--second", "5"], ["15"]]) {
    it(`refuse ${args.join(" ")}`, () => {
      expect(() => parse(...args)).to.throw(BadStormOption, args[0]?.startsWith("--") ? args[0] : "15");
    });
  }
});
