import { expect } from "chai";
import { topicTokensOf } from "../../../../src/server/models/sample/columns.js";
import { sampleCorpora } from "../../../../src/server/models/sample/sample-corpora.js";
import { sampleTables } from "../../../../src/server/models/sample/sample-language.js";
import { sampleModels } from "../../../../src/server/models/sample/sample-models.js";
import { chatTokens, greedyChat } from "../../../support/sample-theory.js";
import { entropy, sampledProbabilities, walk } from "../../../support/sample-walks.js";

const questions = [
  "Tell me about cats",
  "What is the meaning of life?",
  "How is the weather today?",
  "Tell me a story",
];
const seeds = Array.from({ length: 16 }, (_, seed) => seed);
/** Below this a continuation does not count as one. */
const noticed = 0.01;
/** Whole words and marks, and an end. */
const sentences = /^[A-Z][a-z]*(?: [A-Za-z]+)*[.!](?: [A-Z][a-z]*(?: [A-Za-z]+)*[.!])*$/;

for (const { id } of sampleModels) {
  describe(`the grades of ${id}`, () => {
    const asked = (content: string) => chatTokens(id, [{ role: "user", content }]);
    const walks = (content: string, temperature: number) =>
      seeds.map((seed) => walk(id, asked(content), { seed, temperature, maxTokens: 100 }));

    it("are 1 to 2 bits a token, and four continuations or more at 60 % of the steps", () => {
      for (const temperature of [0.7, 1]) {
        const steps = questions.flatMap((question) => walks(question, temperature).flatMap((one) => one.steps));
        const bits = steps.reduce((sum, step) => sum + entropy(step), 0) / steps.length;
        const manifold = steps.filter((step) => step.filter((share) => share >= noticed).length >= 4).length;
        console.log(`      at ${temperature}: ${bits.toFixed(2)} bits, four or more at ${manifold} of ${steps.length}`);
        expect(bits).to.be.within(1, 2);
        expect(manifold / steps.length).to.be.at.least(0.6);
      }
    });

    it("are all different where there are several", () => {
      for (const step of questions.flatMap((question) => walks(question, 1).flatMap((one) => one.steps))) {
        const shares = [...step].filter((share) => share > 1e-6).sort((one, other) => other - one);
        shares.slice(1).forEach((share, place) => {
          expect(share).to.be.below((shares[place] ?? 0) * (1 - 1e-5));
        });
      }
    });

    it("make 8 different answers of 16 at 0.7 and 16 at 1.5, of whole sentences that end", () => {
      for (const question of questions) {
        for (const [temperature, least] of [
          [0.7, 8],
          [1.5, 16],
        ] as const) {
          const answers = walks(question, temperature);
          for (const { text, ended } of answers) {
            expect(text, `at ${temperature}`).to.match(sentences);
            expect(ended, text).to.equal(true);
          }
          expect(new Set(answers.map(({ text }) => text)).size, question).to.be.at.least(least);
        }
      }
    });

    it("stay within what was asked for at 0.7 and wander to other topics at 1.5", () => {
      const { vocabulary } = sampleTables(id);
      const corpus = sampleCorpora[id];
      const cats = topicTokensOf(corpus, vocabulary).find(({ topic }) => topic === corpus.topics.cats);
      const marks = [".", "!", ...corpus.closers].flatMap((word) => vocabulary.encode(word));
      const own = new Set([...(cats?.chains.flat(2) ?? []), ...marks]);
      const strays = (temperature: number): number =>
        walks("Tell me about cats", temperature).filter(({ tokens }) => tokens.some((token) => !own.has(token))).length;
      expect(strays(0.7)).to.be.at.most(3);
      expect(strays(1.5)).to.be.at.least(6);
    });

    it("are one answer when the likeliest alone is kept: by top-k, top-p or min-p", () => {
      const [question = ""] = questions;
      const { text } = greedyChat(id, [{ role: "user", content: question }], 100);
      for (const over of [{ topK: 1 }, { topP: 0.05 }, { minP: 1 }]) {
        for (const seed of [1, 2, 3]) {
          const drawn = walk(id, asked(question), { seed, temperature: 1.5, maxTokens: 100, ...over });
          expect(drawn.text, JSON.stringify(over)).to.equal(text);
        }
      }
    });

    it("are fewer with top-k 2, top-p 0.9 and min-p 0.1, and other ones with a penalty", () => {
      const messages = [{ role: "user", content: questions[0] ?? "" }] as const;
      const context = asked(messages[0].content);
      const left = (over: object): number =>
        sampledProbabilities(id, context, { temperature: 1, ...over }).filter((share) => share >= noticed).length;
      expect([left({}), left({ topK: 2 }), left({ topP: 0.9 }), left({ minP: 0.15 })]).to.deep.equal([4, 2, 3, 3]);
      const plain = greedyChat(id, messages, 100).text;
      expect(greedyChat(id, messages, 100, { repetitionPenalty: 1.3 }).text).to.not.equal(plain);
    });
  });
}
