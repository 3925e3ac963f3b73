import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect } from "chai";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";
import { writeRandomModel } from "../../../../scripts/make-model.js";
import { modelShapes } from "../../../../scripts/models/model-shapes.js";
import { randomModel } from "../../../../scripts/models/random-model.js";
import type { GgmlType } from "../../../../src/server/models/sample/ggml-types.js";
import { temporaryFolder } from "../../../support/temp-folder.js";

const shape = { ...modelShapes["15m"], layers: 2, vocabulary: 1000 };

const hash = (type: GgmlType): string => {
  const sum = createHash("sha256");
  for (const piece of randomModel("test", shape, type).bytes()) sum.update(piece);
  return sum.digest("hex");
};

describe("models with random weights", function () {
  this.timeout(120_000);

  it("are the same on every run, and differ by type", () => {
    const types = ["F32", "F16", "Q8_0", "Q4_0"] as const;
    const hashes = types.map(hash);
    expect(new Set(hashes).size).to.equal(types.length);
    expect(types.map(hash)).to.deep.equal(hashes);
  });

  it("load and generate varied tokens with numbers that are finite", async () => {
    const folder = temporaryFolder();
    const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: 2 });
    for (const type of ["F16", "Q8_0", "Q4_0"] as const) {
      const modelPath = join(folder, `${type}.gguf`);
      await randomModel("test", shape, type).write(modelPath);
      const model = await llama.loadModel({ modelPath });
      const context = await model.createContext({ contextSize: 64, threads: 1 });
      const drawn = new Set<number>();
      const options = { temperature: 0.8, seed: 1, yieldEogToken: true };
      for await (const { token, confidence } of context
        .getSequence()
        .evaluateWithMetadata(model.tokenize("Hello"), { confidence: true }, options)) {
        expect(confidence).to.be.within(0, 1);
        if (drawn.add(token).size === 8) break;
      }
      expect(drawn.size, type).to.equal(8);
      await model.dispose();
    }
    await llama.dispose();
  });

  it("have the sizes of the models they stand for", async () => {
    const size = await writeRandomModel("15m", "Q4_0", join(temporaryFolder(), "15m.gguf"));
    expect(size / 2 ** 20).to.be.closeTo(13, 1);
  });
});
