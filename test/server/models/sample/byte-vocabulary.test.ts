import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { getLlama, LlamaLogLevel, type LlamaModel } from "node-llama-cpp";
import { GrammarState } from "../../../../src/server/llama/native-grammar.js";
import { tryGrammar } from "../../../../src/server/llama/try-grammar.js";
import { writeByteVocabulary } from "../../../../src/server/models/sample/byte-vocabulary.js";
import { temporaryFolder } from "../../../support/temp-folder.js";

describe("a vocabulary of single bytes", () => {
  let model: LlamaModel;
  const folder = join(temporaryFolder(), "not", "there", "yet");
  before(async () => {
    const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.disabled });
    model = await llama.loadModel({ modelPath: await writeByteVocabulary(folder), vocabOnly: true });
  });
  after(() => model.dispose());

  it("moves a grammar on by bytes, half characters included", () => {
    const state = new GrammarState(model, 'root ::= "é" [0-9]+', "root");
    const [first, second] = [...Buffer.from("é")].map((byte) => (3 + byte) as never);
    expect(state.accept((3 + 0x61) as never)).to.equal(false);
    expect([first, second].map((token) => state.accept(token as never))).to.deep.equal([true, true]);
    expect(state.mayFollow(2 as never), "no end yet").to.equal(false);
    expect(state.accept((3 + 0x37) as never)).to.equal(true);
    expect(state.mayFollow(2 as never)).to.equal(true);
  });

  it("is enough to try a grammar", () => {
    expect(tryGrammar(model, 'root ::= [a-z]+ " " root | "."')).to.equal(null);
    expect(tryGrammar(model, 'root ::= "" "a"? ""')).to.equal(null);
    expect(tryGrammar(model, "root ::= (")).to.match(/^is not one that llama.cpp reads/);
    expect(tryGrammar(model, "root ::= [b-a]")).to.equal("allows no text at all");
    expect(tryGrammar(model, 'root ::= "a" [b-a]')).to.equal("leads to where nothing may follow");
  });

  it("is written anew, whatever stands in its place", async () => {
    const path = await writeByteVocabulary(folder);
    writeFileSync(path, "damaged");
    const llama = model.llama;
    const again = await llama.loadModel({ modelPath: await writeByteVocabulary(folder), vocabOnly: true });
    expect(tryGrammar(again, 'root ::= "a"')).to.equal(null);
    await again.dispose();
    rmSync(folder, { recursive: true });
  });
});
