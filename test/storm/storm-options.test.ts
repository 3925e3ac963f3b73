import { expect } from "chai";
import { BadStormOption, parseStormOptions } from "../../scripts/storm/storm-options.js";

const parse = (...args: string[]) => parseStormOptions(args, () => 42);

describe("options of a storm", () => {
  it("are a minute, any seed and all models in memory, when nothing is said", () => {
    expect(parse()).to.deep.equal({ seconds: 60, seed: 42, resident: null, restarts: false });
    const said = parse("--seconds", "15", "--seed", "7", "--resident", "1");
    expect(parse("--restarts")?.restarts).to.equal(true);
    expect(said).to.deep.equal({ seconds: 15, seed: 7, resident: 1, restarts: false });
    expect(parse("--help")).to.equal(null);
  });

  for (const args of [
    ["--seconds", "0"],
    ["--seconds", "1e3"],
    ["--seed", "-1"],
    ["--resident", "0"],
    ["--second", "5"],
    ["15"],
  ]) {
    it(`refuse ${args.join(" ")}`, () => {
      expect(() => parse(...args)).to.throw(BadStormOption, args[0]?.startsWith("--") ? args[0] : "15");
    });
  }
});
