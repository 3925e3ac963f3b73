import { readFileSync } from "node:fs";
import { expect } from "chai";
import { sampleVocabulary } from "../../src/server/models/sample/sample-language.js";
import { promptTokens } from "../support/sample-theory.js";
import { type Sampling, sampledProbabilities } from "../support/sample-walks.js";

const page = readFileSync(new URL("../../docs/sample-models.md", import.meta.url), "utf8");
const cases: Readonly<Record<string, Sampling>> = {
  "temperature: 1": { temperature: 1 },
  "temperature: 0.5": { temperature: 0.5 },
  "temperature: 1.5": { temperature: 1.5 },
  "top_k: 2": { temperature: 1, topK: 2 },
  "top_p: 0.9": { temperature: 1, topP: 0.9 },
  "min_p: 0.2": { temperature: 1, minP: 0.2 },
};

describe("the page about the sample models", () => {
  it("states the true probabilities under each setting", () => {
    const vocabulary = sampleVocabulary("sample");
    const words = [" soft", " warm", " tiny", " secret"].map((word) => vocabulary.id(word) ?? -1);
    for (const [name, sampling] of Object.entries(cases)) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
      const stated = row.split("|").slice(2, -1).map(Number);
      const theory = sampledProbabilities("sample", promptTokens("sample", "Kittens chased"), sampling);
      const shares = words.map((word) => theory[word] ?? Number.NaN);
      const all = [...shares, 1 - shares.reduce((sum, share) => sum + share, 0)];
      expect(stated, name).to.have.length(all.length);
      all.forEach((share, place) => {
        expect(stated[place], name).to.be.closeTo(share, 6e-5);
      });
    }
  });
});
