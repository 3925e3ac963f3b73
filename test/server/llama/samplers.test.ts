import { expect } from "chai";
import { Samplers } from "../../../src/server/llama/samplers.js";
import { FakeContext } from "./fake-context.js";

describe("Samplers", () => {
  const bench = (): { context: FakeContext; samplers: Samplers } => {
    const context = new FakeContext();
    return { context, samplers: new Samplers(() => context.createSampler()) };
  };

  it("makes one for each slot, however many requests there are", () => {
    const { context, samplers } = bench();
    for (let request = 0; request < 10; request += 1) samplers.of(request % 2, { temperature: 1, seed: request });
    expect(context.samplers.length).to.equal(2);
    expect(samplers.of(0, { temperature: 1, seed: 0 })).to.equal(context.samplers[0]);
  });

  it("tells a used one another seed first, so that the same seed begins anew", () => {
    const { context, samplers } = bench();
    for (const seed of [5, 5, 0, 0]) samplers.of(0, { temperature: 0.5, seed, topK: 3 });
    const configs = context.samplers[0]?.configs ?? [];
    expect(configs.map(({ seed }) => seed)).to.deep.equal([5, 4, 5, 1, 0, 1, 0]);
    expect(configs.map(({ topK }) => topK)).to.deep.equal([3, undefined, 3, undefined, 3, undefined, 3]);
  });
});
