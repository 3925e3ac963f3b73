import { expect } from "chai";
import { Prompts } from "../../scripts/bench/prompts.js";

describe("prompts of the benchmark", () => {
  it("begins each of 5,000 prompts with another word", () => {
    const prompts = new Prompts();
    const firstWords = Array.from({ length: 5000 }, () => prompts.next(3).trim().split(" ")[0]);
    expect(new Set(firstWords).size).to.equal(5000);
  });

  it("gives as many words as asked for, the same in every run", () => {
    const [one, other] = [new Prompts(), new Prompts()];
    expect(one.next(1000))
      .to.equal(other.next(1000))
      .and.match(/^( [a-z]{4}){1000}$/);
  });
});
