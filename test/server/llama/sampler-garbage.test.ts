import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { writeRandomModel } from "../../../scripts/make-model.js";
import { SamplerGarbage } from "../../../src/server/llama/sampler-garbage.js";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const mebibyte = 2 ** 20;

describe("what ended requests leave in an engine", () => {
  it("is thrown away once 32 MiB of it are there and nothing runs, or 256 MiB while something does", () => {
    let collections = 0;
    // a vocabulary whose samplers hold 8 MiB each
    const garbage = new SamplerGarbage((8 * mebibyte) / 12, () => {
      collections += 1;
    });
    const end = (requests: number, isIdle: boolean): number => {
      for (let request = 0; request < requests; request++) {
        garbage.add();
        garbage.sweep(isIdle);
      }
      return collections;
    };
    expect(end(3, true)).to.equal(0);
    expect(end(2, true)).to.equal(1);
    expect(end(30, false)).to.equal(1);
    expect(end(3, false)).to.equal(2);
  });

  it("does not add up over hundreds of requests", async function () {
    this.timeout(120_000);
    const modelPath = join(temporaryFolder(), "random.gguf");
    await writeRandomModel("15m", "Q4_0", modelPath);
    const child = await EngineChild.load({ modelPath, slots: 4, context: 64 });
    const sampled = (seed: number) => rawRequest("x", { maxTokens: 2, temperature: 1, topK: 40, seed });
    const ask = async (requests: number): Promise<number> => {
      for (let seed = 0; seed < requests; seed++) await child.run(sampled(seed));
      return (await child.memory()).residentBytes;
    };
    const before = await ask(150);
    const after = await ask(450);
    await child.end();
    await rm(modelPath);
    // 32,000 tokens of 12 bytes make 165 MiB in 450 requests when nothing is thrown away
    expect((after - before) / mebibyte).to.be.below(80);
  });
});
