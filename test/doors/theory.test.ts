import { expect } from "chai";
import { type RealServer, startRealServer } from "../support/real-server.js";
import { greedyText } from "../support/sample-theory.js";

const greedy = { temperature: 0, repetition_penalty: 1, top_k: 0, top_p: 1 };

/** Texts of a JSON stream's frames. */
function pieces(stream: string): string[] {
  return stream
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => (JSON.parse(line.slice(6)) as { response: string }).response);
}

describe("what the engine answers", function () {
  this.timeout(60_000);
  let lab: RealServer;
  before(async () => {
    lab = await startRealServer({ slots: 16 });
  });
  after(() => lab.stop());

  const prompts = ["The sea", "A cat", "Music is", "Hello", "The weather", "My computer", "Bread and", "Seven"];

  it("equals theory token by token in 16 streams at once", async () => {
    const asked = [...prompts, ...prompts.map((prompt) => `${prompt}. The`)];
    const streams = await Promise.all(
      asked.map((prompt) =>
        lab.post("/generate", { prompt, ...greedy, max_length: 48, stream: true }, { Accept: "text/event-stream" }),
      ),
    );
    for (const [place, prompt] of asked.entries()) {
      const theory = greedyText("sample", prompt, 48);
      expect(pieces(streams[place]?.text ?? "").join(""), prompt).to.equal(theory.text);
    }
  });

  it("is the same after a prefix was reused as on a cold start", async () => {
    const prompt = `${"The sea is deep. A cat sleeps. ".repeat(20)}The`;
    const first = (await lab.post("/generate", { prompt, ...greedy, max_length: 24 })).json;
    const second = (await lab.post("/generate", { prompt, ...greedy, max_length: 24 })).json;
    expect(second.usage.prompt_tokens_details.cached_tokens).to.equal(first.usage.prompt_tokens - 1);
    expect(second.response)
      .to.equal(first.response)
      .and.equal(greedyText("sample", prompt, 24).text);
  });

  it("reuses what two prompts have in common, and only that", async () => {
    const shared = "Bread and butter. Music and words. ".repeat(12);
    await lab.post("/generate", { prompt: `${shared}The sea`, ...greedy, max_length: 4 });
    const answer = (await lab.post("/generate", { prompt: `${shared}A cat`, ...greedy, max_length: 24 })).json;
    const cached = answer.usage.prompt_tokens_details.cached_tokens as number;
    expect(cached).to.be.within(answer.usage.prompt_tokens - 8, answer.usage.prompt_tokens - 2);
    expect(answer.response).to.equal(greedyText("sample", `${shared}A cat`, 24).text);
  });

  it("follows the penalty's formula", async () => {
    const penalised = { ...greedy, repetition_penalty: 1.3, max_length: 40 };
    for (const prompt of prompts.slice(0, 4)) {
      const theory = greedyText("sample", prompt, 40, { repetitionPenalty: 1.3 });
      expect((await lab.post("/generate", { prompt, ...penalised })).json.response, prompt).to.equal(theory.text);
    }
  });

  it("repeats itself for the same seed, alone and in company, and varies with other seeds", async () => {
    const messages = [{ role: "user", content: "Tell me about the sea" }];
    const ask = async (seed?: number): Promise<{ seed: number; text: string }> => {
      const { json } = await lab.post("/chat", { messages, max_length: 30, temperature: 1, seed });
      return { seed: json.seed, text: json.choices[0].message.content };
    };
    const alone = await ask(7);
    const company = await Promise.all(Array.from({ length: 16 }, (_, seed) => ask(seed)));
    expect(company[7]).to.deep.equal(alone);
    expect(new Set(company.map(({ text }) => text)).size).to.be.greaterThan(1);
    const free = await Promise.all(Array.from({ length: 6 }, () => ask()));
    expect(new Set(free.map(({ seed }) => seed)).size).to.equal(6);
  });

  it("is told apart by the system prompt and by the model", async () => {
    const body = { messages: [{ role: "user", content: "Tell me about the sea" }], ...greedy, max_length: 40 };
    const plain = (await lab.post("/chat", body)).json.choices[0].message.content as string;
    const other = (await lab.post("/chat", { ...body, model_id: "sample-b" })).json;
    expect(other.model).to.equal("sample-b");
    expect(other.choices[0].message.content).to.not.equal(plain);
    await lab.post("/models/load", { model_id: "sample" });
  });
});
