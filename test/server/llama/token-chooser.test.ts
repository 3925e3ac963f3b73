/** The real sampler on the sample model: what it draws is spread as theory says, under every option. */
import { expect } from "chai";
import { getLlama, LlamaLogLevel, type LlamaModel, type Token } from "node-llama-cpp";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { endTokensOf } from "../../../src/server/llama/end-tokens.js";
import { NativeContext } from "../../../src/server/llama/native-context.js";
import { Samplers } from "../../../src/server/llama/samplers.js";
import { type ChooserParts, TokenChooser } from "../../../src/server/llama/token-chooser.js";
import { TokenSets } from "../../../src/server/llama/token-sets.js";
import { Vocabulary } from "../../../src/server/llama/vocabulary.js";
import { sampleVocabulary } from "../../../src/server/models/sample/sample-language.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import { rawRequest } from "../../support/requests.js";
import { rawLogprobs, surprise, type TheoryOptions, theory } from "../../support/sampler-theory.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { rawTokens } from "./sample-theory.js";

const vocabulary = sampleVocabulary("sample");
/** A prompt and an answer that say the same things again, so that every penalty bites. */
const prompt = rawTokens("Some soft kittens chased warm dogs. Some soft kittens");
const answer = vocabulary.encode(" chased tiny dogs. Some soft kittens chased warm cats. Some soft kittens chased");
const words = (text: string): number[] => vocabulary.encode(text);
const ends = [vocabulary.turnEnd, vocabulary.eos];
const breakers = new Set(
  Array.from({ length: vocabulary.size }, (_, token) => token).filter((token) =>
    /[\n:"*]/.test(vocabulary.decode([token])),
  ),
);

const draws = 2000;
/** One in a million. */
const mostSurprise = 4.75;

const tiny = words(" tiny")[0] ?? 0;
const single: readonly TheoryOptions[] = [
  { temperature: 1 },
  { temperature: 0.5 },
  { temperature: 1.7 },
  { topK: 3 },
  { topP: 0.8 },
  { minP: 0.1 },
  { repetitionPenalty: 1.3 },
  { repetitionPenalty: 1.3, repeatLastN: -1 },
  { repetitionPenalty: 1.3, repeatLastN: 12 },
  { repetitionPenalty: 1.3, repeatLastN: 0 },
  { presencePenalty: 1.2 },
  { presencePenalty: -1 },
  { frequencyPenalty: 0.8 },
  { frequencyPenalty: -0.5 },
  { dryMultiplier: 0.8 },
  { dryMultiplier: 0.5, dryBase: 1.2, dryAllowedLength: 4 },
  { xtcProbability: 0.5 },
  { xtcProbability: 1, xtcThreshold: 0.05 },
  { xtcProbability: 1, xtcThreshold: 0.6 },
  { logitBias: [[tiny, 2]] },
  { logitBias: [[tiny, -100]] },
  { logitBias: [[tiny, 100]] },
  {
    logitBias: [
      [3, 100],
      [tiny, 100],
    ],
  },
];
const combined: readonly TheoryOptions[] = [
  { temperature: 0.8, topK: 20, topP: 0.9 },
  { temperature: 1.5, minP: 0.02, xtcProbability: 0.4, xtcThreshold: 0.2 },
  { temperature: 0.7, repetitionPenalty: 1.15, presencePenalty: 0.5 },
  { temperature: 1.2, repetitionPenalty: 0.8, frequencyPenalty: 0.7, presencePenalty: -0.4 },
  { repetitionPenalty: 1.2, dryMultiplier: 0.4, presencePenalty: 0.3, repeatLastN: 12 },
  { temperature: 1.3, topP: 0.95, dryMultiplier: 0.3, frequencyPenalty: 0.2 },
  {
    temperature: 0.9,
    topK: 12,
    logitBias: [
      [tiny, 1.5],
      [5, -100],
    ],
  },
  {
    repetitionPenalty: 1.5,
    logitBias: [
      [tiny, 3],
      [7, 2],
    ],
    presencePenalty: 1,
  },
  { temperature: 1.1, topK: 30, topP: 0.97, minP: 0.01, repetitionPenalty: 1.1, xtcProbability: 0.3 },
  { temperature: 2, presencePenalty: 2, frequencyPenalty: 2, dryMultiplier: 2, repetitionPenalty: 2, topK: 40 },
];

describe("TokenChooser", function () {
  this.timeout(120_000);
  let model: LlamaModel;
  let parts: ChooserParts;

  before(async () => {
    const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.disabled });
    model = await llama.loadModel({ modelPath: await ensureSampleModel("sample", temporaryFolder()) });
    // with flash attention the model is as exact as its theory
    const context = await model.createContext({ sequences: 1, contextSize: 256, threads: 1, flashAttention: true });
    const native = new NativeContext(model, context);
    const tokenSets = new TokenSets(new Vocabulary(model), new Set(), endTokensOf(model));
    parts = { model, native, samplers: new Samplers(() => native.createSampler()), tokenSets, context: 256 };
    const tokens = [...prompt, ...answer] as Token[];
    await native.decode([{ sequenceId: 0, position: 0, tokens, sampled: 1 }]);
  });
  after(() => model.dispose());

  const row = prompt.length + answer.length - 1;

  /** Chooses for an answer that has come so far. */
  function chooser(over: Partial<GenerationRequest>): TokenChooser {
    const request = rawRequest("", { temperature: 1, ...over });
    const one = new TokenChooser(parts, { request, slotId: 0, prompt: prompt as Token[], turnEnds: [] });
    one.follow(answer as Token[]);
    return one;
  }

  async function drawn(over: Partial<GenerationRequest>): Promise<Map<number, number>> {
    const counts = new Map<number, number>();
    for (let seed = 0; seed < draws; seed += 1) {
      const token = Number(await chooser({ ...over, seed }).choose(row));
      counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    return counts;
  }

  for (const options of [...single, ...combined]) {
    it(`draws as theory says with ${JSON.stringify(options)}`, async () => {
      const expected = theory("sample", prompt, answer, { ...options, breakers });
      expect(surprise(await drawn(options), expected)).to.be.below(mostSurprise);
    });
  }

  it("tells every option from its absence: each changes what is drawn", () => {
    const plain = theory("sample", prompt, answer, {});
    const without = [
      { temperature: 1 },
      { repetitionPenalty: 1.3, repeatLastN: 0 },
      { xtcProbability: 1, xtcThreshold: 0.6 },
    ];
    for (const options of [...single, ...combined]) {
      const other = theory("sample", prompt, answer, { ...options, breakers });
      const distance = other.reduce((sum, share, token) => sum + Math.abs(share - (plain[token] ?? 0)), 0);
      if (without.some((one) => JSON.stringify(one) === JSON.stringify(options))) expect(distance).to.be.below(1e-9);
      else expect(distance, JSON.stringify(options)).to.be.above(0.02);
    }
  });

  it("makes an end impossible for so many tokens, and for ever where it is to be ignored", async () => {
    const always = ends.map((end) => [end, 100] as const);
    const endsNow = async (over: Partial<GenerationRequest>): Promise<boolean> =>
      ends.includes(Number(await chooser({ logitBias: always, ...over }).choose(row)));
    expect(await endsNow({})).to.equal(true);
    expect(await endsNow({ minTokens: answer.length })).to.equal(true);
    expect(await endsNow({ minTokens: answer.length + 1 })).to.equal(false);
    expect(await endsNow({ ignoreEos: true })).to.equal(false);
  });

  it("draws the same with the same seed, whatever else is asked for", async () => {
    for (const options of combined) {
      const first = await chooser({ ...options, seed: 5 }).choose(row);
      const again = [
        await chooser({ ...options, seed: 5 }).choose(row),
        await chooser({ ...options, seed: 5, logprobs: 3 }).choose(row),
      ];
      expect(again, JSON.stringify(options)).to.deep.equal([first, first]);
    }
  });

  it("tells what each token was worth before all options, as theory has it", async () => {
    const exact = rawLogprobs("sample", [...prompt, ...answer]);
    for (const options of [{}, { temperature: 0.3, topK: 2, repetitionPenalty: 1.5, presencePenalty: 1 }]) {
      const one = chooser({ ...options, logprobs: 20, seed: 3 });
      const token = await one.choose(row);
      const { score } = one;
      expect(score?.id).to.equal(token);
      expect(score?.logprob).to.be.closeTo(exact[Number(token)] ?? 0, 1e-4);
      expect(score?.bytes).to.deep.equal([...Buffer.from(vocabulary.decode([Number(token)]))]);
      const likeliest = [...exact].sort((a, b) => b - a).slice(0, 20);
      expect(score?.top.length).to.equal(20);
      score?.top.forEach(({ id, logprob }, place) => {
        expect(logprob).to.be.closeTo(exact[id] ?? 0, 1e-4);
        expect(logprob).to.be.closeTo(likeliest[place] ?? 0, 1e-4);
      });
    }
    const none = chooser({ logprobs: 0 });
    await none.choose(row);
    expect(none.score?.top).to.deep.equal([]);
  });
});
