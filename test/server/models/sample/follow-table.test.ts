import { expect } from "chai";
import { randomNumbers } from "../../../../scripts/models/random-blocks.js";
import { sampleCorpora } from "../../../../src/server/models/sample/sample-corpora.js";
import { nextTokenProbabilities, sampleTables } from "../../../../src/server/models/sample/sample-language.js";
import { sampleModels } from "../../../../src/server/models/sample/sample-models.js";
import { sentencesIn } from "../../../../src/server/models/sample/sentences.js";
import { chatTokens } from "../../../support/sample-theory.js";

for (const { id } of sampleModels) {
  describe(`what follows what in ${id}`, () => {
    const { vocabulary, follow } = sampleTables(id);
    const corpus = sampleCorpora[id];
    const sentences = sentencesIn(corpus, vocabulary);
    const [fullStop = 0] = vocabulary.encode(".");
    const likelihood = (next: number, current: number): number =>
      Math.exp(follow[next * vocabulary.size + current] ?? Number.NaN);
    /** First token of a sentence behind another one. */
    const entry = (index: number): number => {
      const { opens, forms } = sentences[index] as (typeof sentences)[number];
      return (opens ? forms[1] : forms[0])?.[0] ?? -1;
    };

    it("is a likelihood: what may follow a token sums to 1", () => {
      for (let current = 0; current < vocabulary.size; current++) {
        let sum = 0;
        for (let next = 0; next < vocabulary.size; next++) sum += likelihood(next, current);
        expect(sum, vocabulary.decode([current])).to.be.closeTo(1, 1e-5);
      }
    });

    it("after a sentence: the end of the turn half as likely as the first sentence, each next one by 0.5 % less", () => {
      const whole = likelihood(vocabulary.turnEnd, fullStop) / 0.5;
      const spoken = sentences.flatMap(({ topic }, index) => (topic === corpus.fallback ? [] : [index]));
      expect(spoken.length).to.be.greaterThan(30);
      for (const index of spoken) {
        const share = likelihood(entry(index), fullStop) / whole;
        expect(share, vocabulary.decode(sentences[index]?.forms[0] ?? [])).to.be.closeTo(0.995 ** index, 1e-4);
      }
    });

    it("at the beginning: a topic's openers each by a fifth less than the one before, the fallback 50 times as likely", () => {
      const openers = sentences.flatMap((sentence, index) => (sentence.opens ? [{ ...sentence, index }] : []));
      const opening = ({ forms, index }: (typeof openers)[number]): number =>
        likelihood(forms[0]?.[0] ?? -1, vocabulary.bos) / 0.995 ** index;
      const base = openers.find(({ topic, place }) => topic !== corpus.fallback && place === 0);
      expect(openers.length).to.be.greaterThan(10);
      for (const opener of openers) {
        const expected = (opener.topic === corpus.fallback ? 50 : 1) * 0.8 ** opener.place;
        const found = opening(opener) / (base === undefined ? Number.NaN : opening(base));
        expect(found, vocabulary.decode(opener.forms[0] ?? [])).to.be.closeTo(expected, 1e-3 * expected);
      }
    });

    it("lets an answer end by chance, too: most do within 60 tokens", () => {
      const next = randomNumbers(5);
      const lengths = Array.from({ length: 20 }, () => sampledLength(next));
      expect(lengths.filter((length) => length <= 60).length, String(lengths)).to.be.at.least(16);
      expect(Math.min(...lengths), String(lengths)).to.be.at.least(3);
    });

    /** Tokens of an answer at temperature 1, at most 100. */
    function sampledLength(next: () => number): number {
      const context = chatTokens(id, [{ role: "user", content: "Tell me about the sea" }]);
      for (let length = 0; length < 100; length++) {
        let draw = next() / 2 ** 32;
        const token = nextTokenProbabilities(id, context).findIndex((share) => {
          draw -= share;
          return draw < 0;
        });
        if (token === vocabulary.turnEnd || token === vocabulary.eos) return length;
        context.push(token);
      }
      return 100;
    }
  });
}
