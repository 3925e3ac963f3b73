/** The vocabularies' own examples: llama.cpp ships texts and the tokens that the makers' tokenizers make of them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { getLlama, type Llama, LlamaLogLevel } from "node-llama-cpp";
import { llamaSource } from "../../../scripts/models/families/llama-source.js";
import { endTokensOf } from "../../../src/server/llama/end-tokens.js";
import { specialTokens } from "../../../src/server/llama/special-tokens.js";
import { Tokenizer } from "../../../src/server/llama/tokenize.js";

const models = join(llamaSource(), "models");
const vocabularies = readdirSync(models).filter((file) => file.endsWith(".gguf.inp"));

describe("the tokens of a text", function () {
  this.timeout(120_000);
  let llama: Llama;
  before(async () => {
    llama = await getLlama({ build: "never", gpu: false, progressLogs: false, logLevel: LlamaLogLevel.disabled });
  });
  after(() => llama.dispose());

  let vectors = 0;
  for (const file of vocabularies) {
    const name = file.replace(/^ggml-vocab-|\.gguf\.inp$/g, "");
    it(`are those of ${name}'s own tokenizer`, async () => {
      const texts = readFileSync(join(models, file), "utf8").split("\n__ggml_vocab_test__\n");
      const expected = readFileSync(join(models, file.replace(/inp$/, "out")), "utf8").split("\n");
      const model = await llama.loadModel({ modelPath: join(models, file.replace(/\.inp$/, "")), vocabOnly: true });
      const size = (model.fileInfo.metadata.tokenizer.ggml.tokens as readonly string[]).length;
      const tokenizer = new Tokenizer(model, specialTokens(model, size, endTokensOf(model)));
      for (const [index, text] of texts.entries()) {
        const tokens = tokenizer.plain(text, { addSpecial: false, parseSpecial: false });
        expect(tokens.join(" "), JSON.stringify(text)).to.equal(expected[index]?.trim());
        vectors += 1;
      }
      await model.dispose();
    });
  }

  it("were compared for hundreds of texts", () => expect(vectors).to.be.at.least(614));
});
