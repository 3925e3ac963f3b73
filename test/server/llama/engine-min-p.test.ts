import { expect } from "chai";
import { nextTokenProbabilities } from "../../../src/server/models/sample/sample-language.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { distanceFromGreedy, rawTokens, sameScore } from "./sample-theory.js";

const prompt = ".";

/** How likely each token is beside the likeliest one, the likeliest first. */
const ratios = nextTokenProbabilities("sample", rawTokens(prompt))
  .map((one, _, all) => one / Math.max(...all))
  .sort()
  .reverse();

/** A share that parts some tokens from the rest, in the widest gap: the engine's own numbers differ a little. */
const kept = Array.from({ length: 20 }, (_, index) => index + 10).sort(
  (one, other) => gapAt(other) - gapAt(one),
)[0] as number;
const share = ((ratios[kept - 1] as number) + (ratios[kept] as number)) / 2;

function gapAt(count: number): number {
  return (ratios[count - 1] as number) - (ratios[count] as number);
}

describe("min_p in an engine with the sample model", () => {
  let child: EngineChild;

  before(async () => {
    const modelPath = await ensureSampleModel("sample", temporaryFolder());
    child = await EngineChild.load({ modelPath, slots: 4, context: 512 });
  });
  after(() => child.end());

  /** Different first tokens of 300 answers. */
  async function drawn(minP: number): Promise<number> {
    const runs = Array.from({ length: 300 }, (_, seed) =>
      child.start(rawRequest(prompt, { seed, temperature: 1, maxTokens: 1, minP })),
    );
    await child.over(...runs);
    return new Set(runs.map((run) => run.text)).size;
  }

  it("draws from the tokens that are likely enough beside the likeliest, and from no other", async () => {
    expect(await drawn(share)).to.be.within(kept / 2, kept);
    expect(await drawn(0)).to.be.above(kept);
  });

  it("takes the likeliest token at 1", async () => {
    const run = await child.run(rawRequest("The", { maxTokens: 12, temperature: 1, minP: 1 }));
    expect(distanceFromGreedy(rawTokens("The"), run)).to.be.below(sameScore);
  });
});
