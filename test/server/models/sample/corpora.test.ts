import { expect } from "chai";
import { sampleCorpora } from "../../../../src/server/models/sample/sample-corpora.js";
import { sampleTables } from "../../../../src/server/models/sample/sample-language.js";
import { sampleModels } from "../../../../src/server/models/sample/sample-models.js";
import { sentencesIn } from "../../../../src/server/models/sample/sentences.js";

describe("the sentences of the sample models", () => {
  for (const { id } of sampleModels) {
    const { vocabulary, bend, follow } = sampleTables(id);
    const sentences = sentencesIn(sampleCorpora[id], vocabulary);
    const text = (ids: readonly number[] | undefined): string => vocabulary.decode(ids ?? []);

    it(`of ${id} each begin with a word of their own`, () => {
      for (const { forms, entries } of sentences) {
        for (const form of forms) expect(entries.has(form[0] ?? -1), text(form)).to.equal(true);
      }
    });

    it(`of ${id} say no word twice`, () => {
      for (const { forms } of sentences) {
        for (const form of forms) {
          const words = form.filter((token) => vocabulary.isWord(token));
          expect(new Set(words).size, text(form)).to.equal(words.length);
        }
      }
    });

    it(`of ${id} share words only where the next one tells them apart`, () => {
      const inTopic = (topic: unknown): Set<number> =>
        new Set(sentences.filter((other) => other.topic === topic).flatMap(({ forms }) => forms.flat()));
      for (const { topic, forms, own } of sentences) {
        // its list of examples may come in any order
        if (topic === sampleCorpora[id].fallback) continue;
        const said = inTopic(topic);
        for (const form of forms) {
          form.slice(1).forEach((next, place) => {
            const current = form[place] ?? 0;
            if (own.has(next) || !vocabulary.isWord(next)) return;
            const rivals = [...said].filter(
              (rival) =>
                rival !== next && vocabulary.isWord(rival) && (follow[rival * vocabulary.size + current] ?? 0) > -100,
            );
            expect(
              rivals.map((rival) => text([rival])),
              `${text(form)} after ${text([current])}`,
            ).to.deep.equal([]);
          });
        }
      }
    });

    it(`of ${id} are bent far less than impossible pairs are away`, () => {
      expect(bend.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)).to.be.lessThan(4000);
    });
  }
});
