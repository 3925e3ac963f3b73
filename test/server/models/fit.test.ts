import { expect } from "chai";
import { cacheBytes, readableBytes } from "../../../src/server/engine/context-bytes.js";
import { neededBytes } from "../../../src/server/models/fit.js";
import type { GgufHeader, HeaderValue } from "../../../src/server/models/gguf-header.js";

const processBytes = 128 * 2 ** 20;
const header = (values: Record<string, HeaderValue>): GgufHeader => ({
  values: new Map(Object.entries({ "general.architecture": "llama", ...values })),
  parameters: 0,
  tensors: 1,
  wholeBytes: 1,
});
/** SmolLM2-135M: 30 layers, 3 of 9 heads for keys, 64 numbers each: 23,040 bytes a token. */
const small = {
  "llama.block_count": 30,
  "llama.embedding_length": 576,
  "llama.context_length": 8192,
  "llama.attention.head_count": 9,
  "llama.attention.head_count_kv": 3,
};

describe("neededBytes", () => {
  for (const [what, values, context, slots, bytes] of [
    ["a number of tokens", small, 1000, 4, 4000 * 23_040],
    ["auto", small, "auto", 4, 4 * 4096 * 23_040],
    ["auto of a short model", { ...small, "llama.context_length": 2048 }, "auto", 1, 2048 * 23_040],
    ["lengths of their own", { ...small, "llama.attention.key_length": 128 }, 1000, 1, 1000 * 34_560],
    [
      "a number for each layer",
      { ...small, "llama.attention.head_count_kv": { length: 30, largest: 9 } },
      1000,
      1,
      69_120_000,
    ],
    ["a compressed cache", { ...small, "llama.attention.kv_lora_rank": 512 }, 1000, 1, 0],
  ] as const) {
    it(`counts ${what}: ${bytes} bytes of context`, () => {
      expect(neededBytes(7, header(values), { context, slots }) - processBytes - 7).to.equal(bytes);
    });
  }

  it("counts the file and the process where the header is unknown", () => {
    expect(neededBytes(7, undefined, { context: 4096, slots: 4 })).to.equal(processBytes + 7);
  });
});

describe("cacheBytes", () => {
  it("counts keys and values of every layer in half precision", () => {
    expect(cacheBytes({ layers: 2, keyHeads: 3, keyLength: 5, valueLength: 7 }, 11)).to.equal(2 * 3 * 12 * 11 * 2);
  });
});

describe("readableBytes", () => {
  it("reads as people do", () => {
    const read = [1, 13 * 2 ** 20, 2 ** 30 - 1, 2 ** 30, 1.5 * 2 ** 30].map(readableBytes);
    expect(read).to.deep.equal(["1 MiB", "13 MiB", "1024 MiB", "1.00 GiB", "1.50 GiB"]);
  });
});
