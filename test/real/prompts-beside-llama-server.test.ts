import { expect } from "chai";
import { conversations } from "./conversations.js";
import { type Beside, isBesideSkipped, partingOf, startBeside, type TheirToken } from "./llama-server-beside.js";

/** Most that the two likeliest tokens may differ, as logarithms, where two greedy answers part: the last bits decide then. */
const nearTie = 0.05;
/** Tokens of an answer that are compared. */
const compared = 8;

describe("conversations with a real model, beside llama-server", function () {
  this.timeout(300_000);
  let beside: Beside;

  before(async function () {
    if (isBesideSkipped()) return this.skip();
    beside = await startBeside();
    console.log(`      both run the engine's library for ${beside.cpuLibrary}`);
  });

  after(() => beside?.stop());

  for (const [name, messages] of Object.entries(conversations)) {
    it(`give the same prompt and the same answer: ${name}`, async () => {
      const ids = await theirIds(messages);
      const { tokens } = await beside.askOurs("/apply-template", { messages });
      expect(tokens).to.deep.equal(ids);
      const theirs = await beside.askTheirs("/completion", {
        prompt: ids,
        n_predict: compared,
        temperature: 0,
        repeat_penalty: 1,
        cache_prompt: false,
        n_probs: 2,
      });
      const ours = await beside.askOurs("/chat", {
        messages,
        max_length: compared,
        temperature: 0,
        repetition_penalty: 1,
      });
      expect((ours.usage as { prompt_tokens: number }).prompt_tokens).to.equal(ids.length);
      const [choice] = ours.choices as { message: { content: string } }[];
      const parting = partingOf(choice?.message.content ?? "", theirs.completion_probabilities as TheirToken[]);
      expect(parting?.gap ?? 0, `at token ${parting?.at} of "${theirs.content}"`).to.be.below(nearTie);
    });
  }

  async function theirIds(messages: unknown): Promise<readonly number[]> {
    const { prompt } = await beside.askTheirs("/apply-template", { messages });
    const { tokens } = await beside.askTheirs("/tokenize", { content: prompt, add_special: true, parse_special: true });
    return tokens as number[];
  }
});
