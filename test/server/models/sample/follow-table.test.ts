import { expect } from "chai";
import { topicTokensOf } from "../../../../src/server/models/sample/columns.js";
import { endGrades, grades, likelihoods, wandering } from "../../../../src/server/models/sample/follow-table.js";
import { sampleCorpora } from "../../../../src/server/models/sample/sample-corpora.js";
import { sampleTables } from "../../../../src/server/models/sample/sample-language.js";
import { sampleModels } from "../../../../src/server/models/sample/sample-models.js";

for (const { id } of sampleModels) {
  describe(`what follows what in ${id}`, () => {
    const { vocabulary, follow } = sampleTables(id);
    const corpus = sampleCorpora[id];
    const topics = topicTokensOf(corpus, vocabulary);
    const [fullStop = 0] = vocabulary.encode(".");
    const likelihood = (next: number, current: number): number =>
      Math.exp(follow[next * vocabulary.size + current] ?? Number.NaN);
    const shares = (current: number, nexts: readonly number[]): number[] =>
      nexts.map((next) => likelihood(next, current));

    it("is a likelihood: what may follow a token sums to 1", () => {
      for (let current = 0; current < vocabulary.size; current++) {
        let sum = 0;
        for (let next = 0; next < vocabulary.size; next++) sum += likelihood(next, current);
        expect(sum, vocabulary.decode([current])).to.be.closeTo(1, 1e-5);
      }
    });

    it("within a sentence: its own next word with the first grade, then those of the sentences below it, around", () => {
      let checked = 0;
      for (const { chains, topic } of topics) {
        const main = topic.wanders === true ? 1 - wandering : 1;
        for (const columns of chains) {
          columns.slice(2).forEach((next, index) => {
            columns[index + 1]?.forEach((current, place) => {
              const around = grades.map((_, step) => next[(place + step) % next.length] ?? 0);
              shares(current, around).forEach((share, step) => {
                expect(share, vocabulary.decode([current])).to.be.closeTo(main * (grades[step] ?? 0), 1e-4);
                checked++;
              });
            });
          });
        }
      }
      expect(checked).to.be.above(400);
    });

    it("words of other topics with 4 % all together, each less than the one before", () => {
      const [first, second] = topics.filter(({ topic }) => topic.wanders === true);
      const current = first?.chains[0]?.[1]?.[0] ?? 0;
      const foreign = shares(current, second?.chains[0]?.[2] ?? []);
      expect(foreign).to.have.length(4);
      expect(foreign).to.deep.equal([...foreign].sort((one, other) => other - one));
      expect(foreign.every((share) => share > 0 && share < wandering / 10)).to.equal(true);
      const own = shares(current, first?.chains[0]?.[2] ?? []).reduce((sum, share) => sum + share, 0);
      expect(own).to.be.closeTo(1 - wandering, 1e-4);
    });

    it("behind a sentence's last word: full stop, exclamation mark, a closing word", () => {
      const ends = [".", "!", ...corpus.closers].flatMap((end) => vocabulary.encode(end));
      const last = topics.find(({ topic }) => topic.wanders === true)?.chains[0]?.at(-1) ?? [];
      expect(last).to.have.length(4);
      for (const current of last) {
        shares(current, ends).forEach((share, place) => {
          expect(share).to.be.closeTo(endGrades[place] ?? 0, 1e-4);
        });
      }
    });

    it("behind a sentence: the end of the turn twice as likely as the first topic, each next one by 2 % less", () => {
      const whole = likelihood(vocabulary.turnEnd, fullStop) / likelihoods.end;
      topics.forEach(({ followings, topic }, index) => {
        const sum = shares(fullStop, followings).reduce((total, share) => total + share, 0);
        const graded = grades.slice(0, followings.length).reduce((total, grade) => total + grade, 0);
        const expected = topic === corpus.fallback ? likelihoods.fallback : 0.98 ** index;
        if (followings.length > 0) expect(sum / whole / graded, String(index)).to.be.closeTo(expected, 1e-3);
      });
    });

    it("at a beginning: the fallback 50 times as likely as a topic, the first sentence of each with the first grade", () => {
      const [fallback, ...others] = topics;
      const first = likelihood(fallback?.openings[0] ?? 0, vocabulary.bos);
      others.forEach(({ openings }, index) => {
        const ratio = first / likelihood(openings[0] ?? 0, vocabulary.bos);
        expect(ratio).to.be.closeTo(50 / 0.98 ** (index + 1), 0.01);
      });
    });
  });
}
