/** Whether an answer is the same to the last bit in any company. test/real does the same with a real model. */
import { join } from "node:path";
import { expect } from "chai";
import { randomModel } from "../../../scripts/models/random-model.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { anyTokens, ExactBench } from "./exact-bench.js";
import { differences, scenarioSlots } from "./exact-scenarios.js";

/** As few layers as can go wrong, each as wide as the kernels' blocks are long. */
const shape = {
  width: 512,
  layers: 2,
  heads: 8,
  keyHeads: 2,
  feedForward: 1024,
  vocabulary: 2000,
  contextLength: 2048,
  ropeBase: 1e4,
};

describe("an exact answer", () => {
  let modelPath: string;
  before(async () => {
    modelPath = join(temporaryFolder(), "exact.gguf");
    await randomModel("exact", shape, "Q4_0").write(modelPath);
  });

  it("is the same in every kind of company, and with every kind of memory", async () => {
    const bench = await ExactBench.open(modelPath, { slots: scenarioSlots, flashAttention: true, threadsOf: () => 1 });
    try {
      for (const seed of [0, 2, 4]) expect(await differences(bench, seed, 8), `seed ${seed}`).to.deep.equal([]);
    } finally {
      await bench.close();
    }
  });

  it("is the same with threads that come and go, without flash attention", async function () {
    // threads wait for each other after every operation, for long where a machine has more to do than cores
    this.timeout(240_000);
    let step = 0;
    let most = 1;
    const threadsOf = (): number => 1 + (step++ % most);
    const bench = await ExactBench.open(modelPath, { slots: 2, flashAttention: false, threadsOf });
    try {
      const prompt = anyTokens(530, 5);
      const alone = await bench.ask(0, prompt, { temperature: 0.8, newTokens: 6 });
      most = 2;
      const [other] = await Promise.all([
        bench.ask(1, prompt, { temperature: 0.8, newTokens: 6 }),
        bench.ask(0, anyTokens(40, 6), { exact: false, temperature: 1, newTokens: 9 }),
      ]);
      expect(other).to.deep.equal(alone);
    } finally {
      await bench.close();
    }
  });
});
