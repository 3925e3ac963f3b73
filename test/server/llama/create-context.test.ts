/** Which contexts are really asked for: with a model that has memory for some sizes only. */
import { expect } from "chai";
import { InsufficientMemoryError, type Llama, type LlamaContext, type LlamaModel } from "node-llama-cpp";
import { createContext } from "../../../src/server/llama/create-context.js";
import { hopelessContextBytes } from "../../../src/server/llama/hopeless-context.js";
import { NativeLog } from "../../../src/server/llama/native-log.js";
import { memoryLimitBytes } from "../../../src/server/machine/container.js";
import { rejection } from "../../support/rejection.js";

interface FakeModel {
  /** Bytes of a token in one slot; null: the library cannot tell. */
  readonly bytesPerToken?: number | null;
  /** What making a context of so many tokens ends with. */
  readonly create?: (tokens: number, flashAttention: boolean) => void;
  readonly shape?: object;
}

class Bench {
  readonly tried: string[] = [];
  readonly log = new NativeLog(() => {});

  async create(context: number | "auto", freeBytes: number, { bytesPerToken = 1, create, shape }: FakeModel = {}) {
    const model = {
      trainContextSize: 32_768,
      gpuLayers: 0,
      fileInfo: { architectureMetadata: shape },
      fileInsights: {
        estimateContextResourceRequirementsV2: async (wish: { contextSize: number; sequences: number }) => {
          if (bytesPerToken === null) throw new Error("no such architecture");
          return { cpuRam: wish.contextSize * wish.sequences * bytesPerToken, gpuVram: 0 };
        },
      },
      createContext: async (wish: { contextSize: number; flashAttention: boolean }) => {
        this.tried.push(`${wish.contextSize}${wish.flashAttention ? "" : " plain"}`);
        create?.(wish.contextSize, wish.flashAttention);
        return {} as LlamaContext;
      },
    };
    const options = { context, slots: 4, threads: 1 };
    const wish = { options, prefillChunk: 128, flashAttention: true, log: this.log, freeBytes };
    return await createContext({ gpu: false } as Llama, model as unknown as LlamaModel, wish);
  }
}

describe("createContext", () => {
  it("halves auto until it fits, and tries nothing that does not", async () => {
    for (const [freeBytes, tokens] of [
      [4 * 4096, 4096],
      [4 * 4095, 2048],
      [4 * 1024, 1024],
      [4 * 600, 512],
    ] as const) {
      const bench = new Bench();
      expect((await bench.create("auto", freeBytes)).tokensPerSlot).to.equal(tokens);
      expect(bench.tried).to.deep.equal([`${tokens}`]);
    }
  });

  it("halves auto, too, when the library finds the memory wanting itself", async () => {
    const bench = new Bench();
    const create = (tokens: number): void => {
      if (tokens > 1024) throw new InsufficientMemoryError("too large for the available RAM");
    };
    expect((await bench.create("auto", 1e9, { create })).tokensPerSlot).to.equal(1024);
    expect(bench.tried).to.deep.equal(["4096", "2048", "1024"]);
  });

  it("tries what the library cannot judge", async () => {
    const bench = new Bench();
    expect((await bench.create(700, 1, { bytesPerToken: null })).tokensPerSlot).to.equal(700);
  });

  it("does without flash attention where the model does not bear it", async () => {
    const bench = new Bench();
    const create = (_tokens: number, flashAttention: boolean): void => {
      if (flashAttention) throw new Error("no flash attention for these heads");
    };
    expect((await bench.create(512, 1e9, { create })).tokensPerSlot).to.equal(512);
    expect(bench.tried).to.deep.equal(["512", "512 plain"]);
  });

  it("refuses a number that does not fit, with the numbers, and does not shrink it", async () => {
    const bench = new Bench();
    const error = await rejection(bench.create(8192, 2 ** 30, { bytesPerToken: 2 ** 20 }));
    expect(error).to.include({ failure: "out-of-memory" });
    expect(error.message).to.match(
      /^4 slots of 8192 tokens need about 32\.00 GiB, and 1\.00 GiB are free for it\. Ask /,
    );
    expect(bench.tried).to.deep.equal([]);
  });

  it("refuses auto with the numbers of the smallest context", async () => {
    const error = await rejection(new Bench().create("auto", 10, { bytesPerToken: 2 ** 20 }));
    expect(error.message).to.match(/^4 slots of 512 tokens need about 2\.00 GiB, and 1 MiB are free/);
  });

  it("says what native code said where memory is not the reason, in one sentence", async () => {
    const bench = new Bench();
    const create = (): void => {
      bench.log.write("error" as never, "llama_init: cannot make a context for this model.\n");
      throw new Error("Failed to create context");
    };
    const error = await rejection(bench.create(512, 1e9, { create }));
    expect(error.message).to.equal(
      "4 slots of 512 tokens could not be made: cannot make a context for this model. Ask for a smaller context or fewer slots.",
    );
  });

  it("does not even estimate what is far beyond all memory that there may ever be", async () => {
    const shape = { block_count: 30, embedding_length: 576, attention: { head_count: 9, head_count_kv: 3 } };
    const error = await rejection(new Bench().create(1e9, 1e9, { shape, bytesPerToken: 0 }));
    expect(error.message).to.match(/ need about \d+\.\d\d GiB, and 954 MiB are free/);
  });
});

describe("hopelessContextBytes", () => {
  const modelWith = (attention: object): LlamaModel =>
    ({ fileInfo: { architectureMetadata: { block_count: 2, embedding_length: 8, attention } } }) as never;

  it("counts from four times the limit", () => {
    // 2 layers, 4 heads, 2 numbers for key and for value, 2 bytes each
    const model = modelWith({ head_count: 4 });
    expect(hopelessContextBytes(model, 1000, 16_000)).to.equal(null);
    expect(hopelessContextBytes(model, 1001, 16_000)).to.equal(64_064);
    expect(hopelessContextBytes(model, 1, memoryLimitBytes())).to.equal(null);
  });

  it("takes the mean of layers, and does not judge compressed caches or unknown headers", () => {
    expect(hopelessContextBytes(modelWith({ head_count: 4, head_count_kv: [4, 0] }), 1001, 1)).to.equal(32_032);
    expect(hopelessContextBytes(modelWith({ head_count: 4, kv_lora_rank: 512 }), 1e12, 1)).to.equal(null);
    expect(hopelessContextBytes({ fileInfo: {} } as never, 1e12, 1)).to.equal(null);
  });
});
