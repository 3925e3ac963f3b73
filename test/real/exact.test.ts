/** Seeded requests to the real model, in every kind of company and with every kind of memory. */
import { expect } from "chai";
import { ExactBench } from "../server/llama/exact-bench.js";
import { differences, scenarioSlots } from "../server/llama/exact-scenarios.js";
import { isStarterModelSkipped, starterModelPath } from "../support/starter-model.js";

/** Each is asked once alone and about ten times otherwise: a hundred answers, half of them on each kind of threads. */
const requests = 5;

describe("a hundred answers of the real model", () => {
  for (const [name, flashAttention, threads] of [
    ["on one thread", true, 1],
    ["on threads that come and go", false, 2],
  ] as const) {
    it(`are to the last bit those given alone, ${name}`, async function () {
      if (isStarterModelSkipped()) this.skip();
      this.timeout(30 * 60_000);
      let steps = 0;
      // in no order that a request could rely on
      const threadsOf = (): number => 1 + (((steps++ * 7) % 5) % threads);
      const options = { slots: scenarioSlots, flashAttention, threadsOf };
      const bench = await ExactBench.open(await starterModelPath(), options);
      try {
        for (let seed = 0; seed < requests; seed += 1) {
          expect(await differences(bench, seed, 12), `request ${seed}`).to.deep.equal([]);
        }
      } finally {
        await bench.close();
      }
    });
  }
});
