import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { type GgufFileInfo, GgufInsights, readGgufFileInfo } from "node-llama-cpp";
import { processCost } from "../../../scripts/load-bench/process-cost.js";
import { randomModel } from "../../../scripts/models/random-model.js";
import { PackedTexts } from "../../../src/server/llama/packed-texts.js";
import { readHeadersQuickly } from "../../../src/server/llama/quick-header.js";
import type { GgufWriter } from "../../../src/server/models/sample/gguf-writer.js";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { temporaryFolder } from "../../support/temp-folder.js";

/** As many tokens as a Gemma has, and merges for them. */
const tokens = 262_144;
const shape = { width: 32, layers: 1, heads: 1, keyHeads: 1, feedForward: 32, contextLength: 512, ropeBase: 1e4 };

function largeVocabulary(): GgufWriter {
  const merges = Array.from({ length: 2 * tokens }, (_, index) => `a${index.toString(36)} b${index.toString(36)}`);
  return randomModel("large", { ...shape, vocabulary: tokens }, "Q8_0").strings("tokenizer.ggml.merges", merges);
}

async function written(file: GgufWriter): Promise<string> {
  const path = join(temporaryFolder(), "model.gguf");
  await file.write(path);
  return path;
}

/** Processor time of this process for it, in milliseconds. */
async function costOf<Value>(work: () => Promise<Value>): Promise<[Value, number]> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return [value, (user + system) / 1000];
}

interface Tokenizer {
  tokens: unknown;
  token_type: unknown;
  merges: unknown;
}

const tokenizerOf = (info: GgufFileInfo): Tokenizer => info.metadata.tokenizer?.ggml as unknown as Tokenizer;

/** All but the vocabulary and where the bytes are. */
function restOf(info: GgufFileInfo): object {
  const { tokens: _tokens, token_type: _types, merges: _merges, ...ggml } = tokenizerOf(info);
  const tokenizer = { ...info.metadata.tokenizer, ggml };
  return { ...info, sourceData: null, metadata: { ...info.metadata, tokenizer } };
}

const estimatesOf = async (info: GgufFileInfo): Promise<object[]> => {
  const insights = await GgufInsights.from(info);
  const ofContext = { contextSize: 512, sequences: 4, modelGpuLayers: 0, batchSize: 512, flashAttention: true };
  return [
    await insights.estimateModelResourceRequirementsV2({ gpuLayers: 0 }),
    await insights.estimateContextResourceRequirementsV2(ofContext),
  ];
};

describe("a header that is read quickly", function () {
  this.timeout(180_000);
  let path: string;
  let plain: GgufFileInfo;
  let plainMs: number;
  let plainEstimates: [object[], number];
  let quick: GgufFileInfo;
  let quickMs: number;

  before(async () => {
    path = await written(largeVocabulary());
    [plain, plainMs] = await costOf(() => readGgufFileInfo(path));
    plainEstimates = await costOf(() => estimatesOf(plain));
    await readHeadersQuickly();
    [quick, quickMs] = await costOf(() => readGgufFileInfo(path));
  });

  it("tells all that the library's own reading tells, but for the vocabulary", () => {
    expect(restOf(quick)).to.deep.equal(restOf(plain));
  });

  it("has the texts and the kinds of all tokens, and no strings", () => {
    const [own, known] = [tokenizerOf(quick), tokenizerOf(plain)];
    expect(own.tokens).to.be.instanceOf(PackedTexts);
    const texts = own.tokens as PackedTexts;
    const expected = known.tokens as string[];
    expect(texts.length).to.equal(tokens);
    expect(Array.from(expected, (_, id) => texts.at(id))).to.deep.equal(expected);
    expect(texts.longestBytes).to.equal(expected.reduce((most, text) => Math.max(most, Buffer.byteLength(text)), 0));
    expect([...(own.token_type as Int32Array)]).to.deep.equal(known.token_type);
    expect(own.merges).to.deep.equal([]);
  });

  it("takes less than half of the processor time", () => {
    expect(quickMs).to.be.below(plainMs / 2);
  });

  it("gives the same estimates of memory in less than half of the processor time", async () => {
    const [estimates, ms] = await costOf(() => estimatesOf(quick));
    expect(estimates).to.deep.equal(plainEstimates[0]);
    expect(ms).to.be.below(plainEstimates[1] / 2);
  });

  it("refuses a file that ends within its vocabulary, and lists that claim more than there is", async () => {
    const cut = await written(largeVocabulary());
    await truncate(cut, 2_000_000);
    const liar = join(temporaryFolder(), "liar.gguf");
    await writeFile(liar, lyingHeader());
    for (const file of [cut, liar]) {
      const refusal = await readGgufFileInfo(file).then(
        () => "read",
        (error: Error) => error.message,
      );
      expect(refusal).to.equal('the file ends within "tokenizer.ggml.tokens"');
    }
  });

  it("loads such a model into an engine that answers, in little time and memory", async function () {
    if (process.platform !== "linux") this.skip();
    const child = await EngineChild.load({ modelPath: path, slots: 1, context: 64 });
    try {
      const { finished, text } = await child.run(rawRequest("a", { maxTokens: 4 }));
      expect(finished?.completionTokens).to.be.within(1, 4);
      expect(text).to.not.equal("");
      // ten times what it takes; reading TypeScript included
      const processor = child.process.pid === undefined ? 0 : processCost(child.process.pid).cpuSeconds;
      expect(processor).to.be.below(25);
      // 285 MB as it is; 455 with strings
      expect((await child.memory()).residentBytes).to.be.below(380 * 2 ** 20);
    } finally {
      await child.end();
    }
  });
});

/** A header whose one list claims 2^60 texts. */
function lyingHeader(): Buffer {
  const key = Buffer.from("tokenizer.ggml.tokens");
  const header = Buffer.alloc(24 + 8 + key.length + 4 + 4 + 8 + 64);
  header.write("GGUF");
  header.writeUInt32LE(3, 4);
  header.writeBigUInt64LE(1n, 16);
  header.writeBigUInt64LE(BigInt(key.length), 24);
  key.copy(header, 32);
  const at = 32 + key.length;
  header.writeUInt32LE(9, at);
  header.writeUInt32LE(8, at + 4);
  header.writeBigUInt64LE(2n ** 60n, at + 8);
  return header;
}
