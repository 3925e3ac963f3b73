import { expect } from "chai";
import { ignoredOptions } from "../../../src/server/models/ignored-options.js";

describe("options of a load that a model which measures texts has no use for", () => {
  const rows = [
    { fact: "are none where none are named", kind: "embedding", options: {}, said: [] },
    {
      fact: "are none of a model that writes",
      kind: "text",
      options: { context: 9999, slots: 4, chatTemplate: "x" },
      said: [],
    },
    { fact: "are none that fit", kind: "reranker", options: { context: 512, slots: 1 }, said: [] },
    {
      fact: "are said, one by one",
      kind: "embedding",
      options: { context: 4096, slots: 2, chatTemplate: "x" },
      said: [/^Its context has 512 tokens, not 4096/, /^slots has no effect/, /^chat_template has no effect/],
    },
  ] as const;
  for (const { fact, kind, options, said } of rows) {
    it(fact, () => {
      const sentences = ignoredOptions(kind, options, 512);
      expect(sentences).to.have.length(said.length);
      for (const [index, sentence] of sentences.entries()) expect(sentence).to.match(said[index] as RegExp);
    });
  }
});
