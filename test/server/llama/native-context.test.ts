/** What is used of the library's native context does what is said of it. */
import { join } from "node:path";
import { expect } from "chai";
import { getLlama, type LlamaContext, LlamaLogLevel, type LlamaModel, type Token } from "node-llama-cpp";
import { NativeContext, type NativeSampler } from "../../../src/server/llama/native-context.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import { rejection } from "../../support/rejection.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("NativeContext", () => {
  let model: LlamaModel;
  let native: NativeContext;
  let sampler: NativeSampler;
  let prompt: Token[];

  before(async () => {
    const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.disabled });
    model = await llama.loadModel({ modelPath: await ensureSampleModel("sample", temporaryFolder()) });
    prompt = model.tokenize("The dog ran to the");
  });
  beforeEach(async () => {
    native = new NativeContext(model, await model.createContext({ sequences: 2, contextSize: 64, threads: 1 }));
    sampler = native.createSampler();
    sampler.applyConfig({ temperature: 0, seed: 1 });
  });
  afterEach(async () => {
    sampler.dispose();
    await native.context.dispose();
  });
  after(() => model.dispose());

  const read = (sequenceId: number, position = 0, sampled = 1): Promise<void> =>
    native.decode([{ sequenceId, position, tokens: prompt.slice(position), sampled }]);
  const lastRow = (): number => prompt.length - 1;

  it("gives the token that follows the row, whichever sequence it is of", async () => {
    native.useThreads(1);
    await read(0);
    const alone = await native.sample(lastRow(), sampler);
    expect(alone).to.be.a("number");
    await native.decode([
      { sequenceId: 0, position: prompt.length, tokens: prompt.slice(0, 1), sampled: 0 },
      { sequenceId: 1, position: 0, tokens: prompt, sampled: 1 },
    ]);
    expect(await native.sample(prompt.length, sampler)).to.equal(alone);
  });

  it("gives a token after each of several rows", async () => {
    await native.decode([{ sequenceId: 0, position: 0, tokens: prompt, sampled: prompt.length }]);
    const together: (number | null)[] = [];
    for (const row of prompt.keys()) together.push(await native.sample(row, sampler));
    const alone: (number | null)[] = [];
    for (const [row, token] of prompt.entries()) {
      await native.decode([{ sequenceId: 1, position: row, tokens: [token], sampled: 1 }]);
      alone.push(await native.sample(0, sampler));
    }
    expect(together).to.deep.equal(alone);
    expect(new Set(together).size).to.be.greaterThan(1);
  });

  it("goes back, and reads on from there as if it had never been further", async () => {
    await read(0);
    const first = await native.sample(lastRow(), sampler);
    expect(native.minPosition(0)).to.equal(0);
    expect(native.removeFrom(0, 2)).to.equal(true);
    await read(0, 2);
    expect(await native.sample(lastRow() - 2, sampler)).to.equal(first);
    expect(native.removeFrom(0, 0)).to.equal(true);
    expect(native.minPosition(0)).to.equal(-1);
  });

  it("copies what one sequence holds to another that held something else", async () => {
    await read(0);
    const first = await native.sample(lastRow(), sampler);
    await native.decode([{ sequenceId: 1, position: 0, tokens: prompt.slice(0, 1), sampled: 0 }]);
    await native.copy(0, 1);
    expect(native.removeFrom(1, lastRow())).to.equal(true);
    await read(1, lastRow());
    expect(await native.sample(0, sampler)).to.equal(first);
  });

  it("has moved a settled copy before its source is given something else", async () => {
    const path = join(temporaryFolder(), "state");
    const other = [...prompt].reverse();
    await native.decode([{ sequenceId: 0, position: 0, tokens: other, sampled: 0 }]);
    await native.save(path, 0, other);
    native.removeFrom(0, 0);
    await read(0);
    const first = await native.sample(lastRow(), sampler);
    await native.copy(0, 1);
    native.removeFrom(1, lastRow());
    await native.settleCopy(1, lastRow(), prompt.slice(lastRow()));
    native.removeFrom(0, 0);
    await native.load(path, 0, 64);
    await read(1, lastRow());
    expect(await native.sample(0, sampler)).to.equal(first);
  });

  it("reads back what it saved, into any sequence, and refuses what is no such file", async () => {
    await read(0);
    const first = await native.sample(lastRow(), sampler);
    const path = join(temporaryFolder(), "state");
    expect(await native.save(path, 0, prompt)).to.be.greaterThan(0);
    expect(await native.load(path, 1, 64)).to.deep.equal(prompt);
    expect(native.removeFrom(1, lastRow())).to.equal(true);
    await read(1, lastRow());
    expect(await native.sample(0, sampler)).to.equal(first);
    expect((await rejection(native.load(`${path}-none`, 0, 64))).message).to.contain("Failed to load state");
  });

  it("fails a step for which there is no room, and works on", async () => {
    const tooMany = Array.from({ length: 300 }, () => prompt[0] as Token);
    const room = 256;
    await native.decode([{ sequenceId: 0, position: 0, tokens: tooMany.slice(0, room), sampled: 0 }]);
    const step = { sequenceId: 0, position: room, tokens: tooMany.slice(room), sampled: 1 };
    expect((await rejection(native.decode([step]))).message).to.contain("KV slot");
    expect(native.removeFrom(0, 0)).to.equal(true);
    await read(0);
    expect(await native.sample(lastRow(), sampler)).to.be.a("number");
  });

  it("draws the same again for the same seed", async () => {
    await read(0);
    const draws = async (): Promise<(Token | null)[]> => {
      sampler.applyConfig({ temperature: 2, seed: 6 });
      sampler.applyConfig({ temperature: 2, seed: 5 });
      const drawn: (Token | null)[] = [];
      for (let draw = 0; draw < 20; draw += 1) drawn.push(await native.sample(lastRow(), sampler));
      return drawn;
    };
    const drawn = await draws();
    expect(new Set(drawn).size).to.be.greaterThan(1);
    expect(await draws()).to.deep.equal(drawn);
  });

  it("says which version is needed where the library has no such parts", () => {
    expect(() => new NativeContext(model, {} as LlamaContext)).to.throw(/initBatch.*npm ci/);
  });
});
