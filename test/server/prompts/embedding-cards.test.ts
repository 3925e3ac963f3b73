import { expect } from "chai";
import { canShorten, embeddingCard, withPrefix } from "../../../src/server/prompts/embedding-cards.js";

const forPassages = "Represent this sentence for searching relevant passages: ";

describe("the cards of models for embeddings", () => {
  const cases: readonly (readonly [name: string, inputType: string, prefix: string])[] = [
    ["intfloat e5-small-v2", "query", "query: "],
    ["multilingual-e5-large", "document", "passage: "],
    ["Multilingual E5 Base", "query", "query: "],
    ["nomic-embed-text-v1.5", "query", "search_query: "],
    ["Nomic Embed Text v1.5", "clustering", "clustering: "],
    ["nomic-embed-text-v2-moe", "document", "search_document: "],
    ["bge-small-en-v1.5", "query", forPassages],
    ["bge-small-en-v1.5", "document", ""],
    ["mxbai-embed-large-v1", "query", forPassages],
    ["snowflake-arctic-embed-m-v1.5", "query", forPassages],
    ["snowflake-arctic-embed-l-v2.0", "query", "query: "],
    ["embeddinggemma-300M", "document", "title: none | text: "],
  ];
  for (const [name, inputType, prefix] of cases) {
    it(`put ${JSON.stringify(prefix)} in front of a ${inputType} for ${name}`, () => {
      expect(withPrefix(embeddingCard([name]), "sea", inputType)).to.deep.equal({
        text: `${prefix}sea`,
        warning: null,
      });
    });
  }

  it("give a query of an instructed model its instruction, and a document none", () => {
    for (const name of ["Qwen3-Embedding-0.6B", "multilingual-e5-large-instruct", "e5-mistral-7b-instruct"]) {
      expect(withPrefix(embeddingCard([name]), "sea", "query").text).to.match(/^Instruct: .*\nQuery: ?sea$/);
      expect(withPrefix(embeddingCard([name]), "sea", "document").text).to.equal("sea");
    }
  });

  it("know nothing of other models, whose texts stay as they are", () => {
    for (const name of ["all-MiniLM-L6-v2", "bge-m3", "gte-large", "e5", "bert-base"]) {
      expect(embeddingCard([name]).prefixes, name).to.deep.equal({});
    }
    const { text, warning } = withPrefix(embeddingCard(["all-MiniLM-L6-v2"]), "sea", "query");
    expect(text).to.equal("sea");
    expect(warning).to.equal('input_type "query" changes nothing: the model\'s card asks for no prefixes.');
  });

  it("warn of a text without a prefix only where every text has one, and of a type that they do not know", () => {
    const e5 = embeddingCard(["e5-base-v2"]);
    expect(withPrefix(e5, "sea", null).warning).to.match(/asks for a prefix.* input_type \(query, document\)/);
    expect(withPrefix(e5, "passage: sea", null)).to.deep.equal({ text: "passage: sea", warning: null });
    expect(withPrefix(e5, "sea", "clustering").warning).to.match(/knows query, document\.$/);
    expect(withPrefix(embeddingCard(["bge-base-en"]), "sea", null).warning).to.equal(null);
    expect(withPrefix(e5, "sea", "constructor").text).to.equal("sea");
  });

  it("say which shorter vectors can be had", () => {
    const nomic = embeddingCard(["nomic-embed-text-v1.5"]);
    expect([768, 512, 64, 65, 769].map((length) => canShorten(nomic.shorter, 768, length))).to.deep.equal([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(nomic.levelsBeforeCut).to.equal(true);
    const qwen = embeddingCard(["Qwen3 Embedding 0.6B"]);
    expect([1024, 300, 32, 31, 1025].map((length) => canShorten(qwen.shorter, 1024, length))).to.deep.equal([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(canShorten(embeddingCard(["all-MiniLM-L6-v2"]).shorter, 384, 383)).to.equal(false);
  });
});
