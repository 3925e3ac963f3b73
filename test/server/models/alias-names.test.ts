import { expect } from "chai";
import { meaningOf, pairsOf } from "../../../src/server/models/alias-names.js";

const aliases = ["gpt-4o-mini=smollm2-135m-instruct", "a=first", "a=team/second=b"];

describe("aliases", () => {
  it("stand for what the owner said, the last time where it was said twice", () => {
    expect(meaningOf("gpt-4o-mini", aliases)).to.equal("smollm2-135m-instruct");
    expect(meaningOf("a", aliases)).to.equal("team/second=b");
    expect(pairsOf(aliases).map(([name]) => name)).to.deep.equal(["gpt-4o-mini", "a"]);
  });

  it("leave other names alone, whatever they look like", () => {
    for (const name of ["sample", "", "gpt-4o-mini=smollm2-135m-instruct", "__proto__", "toString"]) {
      expect(meaningOf(name, aliases)).to.equal(name);
    }
  });
});
