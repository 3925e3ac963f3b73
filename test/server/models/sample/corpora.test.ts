import { expect } from "chai";
import { type TopicTokens, topicTokensOf } from "../../../../src/server/models/sample/columns.js";
import { behindAnother, calledBy, topicsOf } from "../../../../src/server/models/sample/corpus.js";
import { sampleCorpora } from "../../../../src/server/models/sample/sample-corpora.js";
import { sampleTables } from "../../../../src/server/models/sample/sample-language.js";
import { sampleModels } from "../../../../src/server/models/sample/sample-models.js";

describe("the sentences of the sample models", () => {
  for (const { id } of sampleModels) {
    const { vocabulary, bend } = sampleTables(id);
    const corpus = sampleCorpora[id];
    const topics = topicTokensOf(corpus, vocabulary);
    const text = (token: number): string => vocabulary.decode([token]);

    it(`of ${id} are parallel: as many words in each of a list, and four in a column at least`, () => {
      for (const { topic } of topics) {
        const ring = (topic.ring ?? []).map(([line]) => line);
        for (const list of [topic.sentences, (topic.followers ?? []).map(behindAnother), ring]) {
          const lengths = new Set(list.map((sentence) => vocabulary.encode(sentence.replace(".", "")).length));
          expect(lengths.size, list.join(" ")).to.be.at.most(1);
          if (list.length > 0) expect(list, list.join(" ")).to.have.length.at.least(4);
        }
      }
    });

    it(`of ${id} have each word in one column only, so that the last word tells what may come next`, () => {
      const places = new Map<number, string>();
      const columns = topics.flatMap(({ chains, ladder }, index) => [
        ...chains.flatMap((chain, list) =>
          chain.map((column, place) => ({ column, place: `${index}/${list}/${place}` })),
        ),
        { column: ladder, place: `${index}/ladder` },
      ]);
      for (const { column, place } of columns) {
        for (const token of column) {
          expect(vocabulary.isWord(token), text(token)).to.equal(true);
          expect(places.get(token) ?? place, text(token)).to.equal(place);
          places.set(token, place);
        }
      }
      for (const closer of corpus.closers.flatMap((word) => vocabulary.encode(word))) {
        expect(places.has(closer), text(closer)).to.equal(false);
      }
    });

    it(`of ${id} say no cue, but where a word is one behind another sentence and is not said there`, () => {
      const cues = new Set(
        topicsOf(corpus)
          .flatMap((topic) => calledBy(topic))
          .flatMap((word) => vocabulary.encode(word)),
      );
      const said = ({ openings, followings, chains }: TopicTokens): number[] => [
        ...openings,
        ...followings,
        ...chains.flatMap((columns) => columns.slice(1).flat()),
      ];
      for (const token of topics.flatMap(said)) expect(cues.has(token), text(token)).to.equal(false);
    });

    it(`of ${id} go round with the words of the first sentence`, () => {
      const endless = topics.filter(({ ring }) => ring.length > 0);
      expect(endless).to.have.length(1);
      for (const { ring, chains } of endless) {
        expect(ring.slice(1)).to.deep.equal(chains[0]?.slice(1 - ring.length));
      }
    });

    it(`of ${id} stand in for each other only where verb, attribute and object are in the same place`, () => {
      for (const { topic, chains } of topics) {
        if (topic.wanders === true) expect(chains[0], topic.sentences.join(" ")).to.have.length.within(4, 5);
      }
    });

    it(`of ${id} are bent far less than impossible pairs are away`, () => {
      expect(bend.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)).to.be.lessThan(4000);
    });
  }
});
