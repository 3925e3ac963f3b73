import { expect } from "chai";
import { prompts } from "./conversations.js";
import { type Beside, isBesideSkipped, partingOf, startBeside, type TheirToken } from "./llama-server-beside.js";

/** Most that the two likeliest tokens may differ, as logarithms, where two greedy answers part: the last bits decide then. */
const nearTie = 0.05;
const tokensEach = 16;
/** Prompts read in one step by both: every bit is the same then, so chance falls the same way, too. */
const shortPrompts = Object.entries(prompts).filter(([name]) => name !== "long");

/** Options by what they show: ours, and what llama-server calls them. */
const chains = {
  "the likeliest token": [
    { temperature: 0, repetition_penalty: 1 },
    { temperature: 0, repeat_penalty: 1 },
  ],
  "a penalty": [
    { temperature: 0, repetition_penalty: 1.3 },
    { temperature: 0, repeat_penalty: 1.3 },
  ],
  "a seed": [
    { temperature: 0.8, repetition_penalty: 1.15, top_k: 80, top_p: 0.9, seed: 7 },
    { temperature: 0.8, repeat_penalty: 1.15, top_k: 80, top_p: 0.9, min_p: 0, seed: 7 },
  ],
  "another seed, min_p": [
    { temperature: 1.2, repetition_penalty: 1, top_k: 0, top_p: 1, min_p: 0.1, seed: 12345 },
    { temperature: 1.2, repeat_penalty: 1, top_k: 0, top_p: 1, min_p: 0.1, seed: 12345 },
  ],
} as const;

describe("texts continued by a real model, beside llama-server", function () {
  this.timeout(300_000);
  let beside: Beside;

  before(async function () {
    if (isBesideSkipped()) return this.skip();
    beside = await startBeside();
  });

  after(() => beside?.stop());

  for (const [what, [ours, theirs]] of Object.entries(chains)) {
    it(`are the same with ${what}`, async () => {
      for (const [name, prompt] of shortPrompts) {
        const answer = await continued(prompt, ours);
        const tokens = await theirTokens(prompt, theirs);
        expect(partingOf(answer, tokens), `${name}: ${answer}`).to.equal(null);
      }
    });
  }

  it("are the same after a prompt that is read in pieces, or as good as", async () => {
    const { long } = prompts as { long: string };
    const answer = await continued(long, chains["the likeliest token"][0]);
    const parting = partingOf(answer, await theirTokens(long, chains["the likeliest token"][1]));
    expect(parting?.gap ?? 0, answer).to.be.below(nearTie);
  });

  it("are the same in a batch, where all are read together, or as good as", async () => {
    const texts = shortPrompts.map(([, prompt]) => prompt);
    const [ours, theirs] = chains["the likeliest token"];
    const { responses } = await beside.askOurs("/generate/batch", { prompts: texts, max_length: tokensEach, ...ours });
    for (const [place, answer] of (responses as string[]).entries()) {
      const parting = partingOf(answer, await theirTokens(texts[place] ?? "", theirs));
      expect(parting?.gap ?? 0, answer).to.be.below(nearTie);
    }
  });

  it("end at the same stop text, which is not part of them", async () => {
    for (const stop of [".", " was", "😀"]) {
      for (const [name, prompt] of shortPrompts) {
        const options = { prompt, stop: [stop] };
        const ours = await beside.askOurs("/generate", {
          ...options,
          max_length: tokensEach,
          ...chains["the likeliest token"][0],
        });
        const theirs = await beside.askTheirs("/completion", {
          ...options,
          n_predict: tokensEach,
          cache_prompt: false,
          ...chains["the likeliest token"][1],
        });
        const [content, type] = [theirs.content as string, theirs.stop_type];
        const reason = type === "limit" ? "length" : "stop";
        const broken = /\uFFFD*$/;
        expect([ours.response, ours.finish_reason], `${name}, "${stop}"`).to.deep.equal([
          content.replace(broken, ""),
          reason,
        ]);
        expect(ours.response).to.not.contain(stop);
      }
    }
  });

  it("never hold half a character, streamed or whole, wherever they are cut", async () => {
    for (let length = 1; length <= 16; length++) {
      const whole = await continued(prompts.emoji ?? "", { ...chains["the likeliest token"][0], max_length: length });
      expect(whole, `${length} tokens`).to.not.contain("\uFFFD");
      const body = { prompt: prompts.emoji, max_length: length, stream: true, ...chains["the likeliest token"][0] };
      const { text } = await beside.ours.post("/generate", body, { Accept: "text/event-stream" });
      expect(text).to.not.contain("\uFFFD");
    }
  });

  async function continued(prompt: string, options: object): Promise<string> {
    const { response } = await beside.askOurs("/generate", { prompt, max_length: tokensEach, ...options });
    return response as string;
  }

  async function theirTokens(prompt: string, options: object): Promise<readonly TheirToken[]> {
    const body = { prompt, n_predict: tokensEach, cache_prompt: false, n_probs: 2, ...options };
    return (await beside.askTheirs("/completion", body)).completion_probabilities as TheirToken[];
  }
});
