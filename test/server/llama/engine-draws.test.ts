import { expect } from "chai";
import { sampleVocabulary } from "../../../src/server/models/sample/sample-language.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { chiSquareRatio, type Sampling, sampledProbabilities } from "../../support/sample-walks.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { rawTokens } from "./sample-theory.js";

const vocabulary = sampleVocabulary("sample");
/** The likeliest next word has been said already, so that a penalty bites. */
const prompt = "Some soft Kittens chased";
const draws = 800;
/** Of 4 degrees of freedom, 999 in 1000 draws from the right distribution lie below. */
const mostRatio = 4.6;

const cases: readonly Sampling[] = [
  { temperature: 1 },
  { temperature: 0.5 },
  { temperature: 1.5 },
  { temperature: 1, topK: 3 },
  { temperature: 1.5, topP: 0.8 },
  { temperature: 1.5, minP: 0.15 },
  { temperature: 0.7, repetitionPenalty: 1.15 },
];

describe("draws of an engine with the sample model", function () {
  this.timeout(60_000);
  let child: EngineChild;
  before(async () => {
    const modelPath = await ensureSampleModel("sample", temporaryFolder());
    child = await EngineChild.load({ modelPath, slots: 4, context: 512 });
  });
  after(() => child.end());

  const drawn = async (sampling: Sampling): Promise<Map<number, number>> => {
    const runs = Array.from({ length: draws }, (_, seed) =>
      child.start(rawRequest(prompt, { seed, maxTokens: 1, ...sampling })),
    );
    await child.over(...runs);
    const counts = new Map<number, number>();
    for (const { text } of runs) {
      const token = vocabulary.encode(text)[0] ?? vocabulary.turnEnd;
      counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    return counts;
  };

  for (const sampling of cases) {
    it(`are spread as theory says with ${JSON.stringify(sampling)}`, async () => {
      const counts = await drawn(sampling);
      expect(chiSquareRatio(counts, sampledProbabilities("sample", rawTokens(prompt), sampling))).to.be.below(
        mostRatio,
      );
    });
  }

  it("are the same for the same seed, the greatest included", async () => {
    for (const seed of [0, 2 ** 32 - 1]) {
      const request = rawRequest(prompt, { seed, temperature: 1.5, maxTokens: 24, exact: true });
      const texts = [await child.run(request), await child.run(request)].map(({ text }) => text);
      expect(texts[1], `seed ${seed}`).to.equal(texts[0]);
    }
  });

  it("are told apart from those of another temperature, top-k or penalty", async () => {
    const counts = await drawn({ temperature: 1 });
    for (const other of cases.slice(1)) {
      const ratio = chiSquareRatio(counts, sampledProbabilities("sample", rawTokens(prompt), other));
      expect(ratio, JSON.stringify(other)).to.be.above(mostRatio);
    }
  });
});
