/** Grammars and schemas, from a request to the answer; hostile ones, from a request to their end. */
import { expect } from "chai";
import { type RealServer, startRealServer } from "../support/real-server.js";

const messages = [{ role: "user", content: "Tell me about the weather" }];

describe("grammars through the door", function () {
  this.timeout(180_000);
  let server: RealServer;
  before(async () => {
    server = await startRealServer({ model: "sample" });
  });
  after(() => server.stop());

  it("bind the answer on /generate, /chat, in a batch, and on /v1", async () => {
    const grammar = 'root ::= "yes" | "no"';
    const asked = { grammar, temperature: 1, max_length: 20 };
    const { json } = await server.post("/generate", { prompt: "The dog", ...asked });
    expect(json, JSON.stringify(json)).to.deep.include({ finish_reason: "stop", warnings: [] });
    expect(json.response).to.match(/^(yes|no)$/);
    expect((await server.post("/chat", { messages, ...asked })).json.choices[0].message.content).to.match(/^(yes|no)$/);
    const batch = (await server.post("/generate/batch", { prompts: ["a", "b"], ...asked })).json;
    expect(batch.responses.join()).to.match(/^(yes|no),(yes|no)$/);
    const { json: chat } = await server.post("/v1/chat/completions", { messages, ...asked });
    expect(chat.choices[0].message.content).to.match(/^(yes|no)$/);
  });

  it("of a schema bind it, too, n answers of it with their tokens", async () => {
    const json_schema = {
      type: "object",
      properties: { age: { type: "integer", minimum: 0, maximum: 99 } },
      required: ["age"],
    };
    const { json } = await server.post("/generate", { prompt: "x", json_schema, n: 3, seed: 2, logprobs: 1 });
    expect(json.choices).to.have.length(3);
    for (const { response, logprobs, finish_reason } of json.choices) {
      expect(JSON.parse(response).age).to.be.within(0, 99);
      expect(finish_reason).to.equal("stop");
      const bytes = logprobs.content.flatMap((token: { bytes: number[] }) => token.bytes);
      expect(Buffer.from(bytes).toString()).to.equal(response);
    }
    const again = (await server.post("/generate", { prompt: "x", json_schema, n: 3, seed: 2 })).json;
    expect(again.choices.map((one: { response: string }) => one.response)).to.deep.equal(
      json.choices.map((one: { response: string }) => one.response),
    );
  });

  const hostile: readonly (readonly [name: string, grammar: string])[] = [
    ["18 kB of optional letters", `root ::= ${'"a"? '.repeat(3600)}`],
    ["20,000 brackets in each other", `root ::= ${"(".repeat(20_000)}"a"${")".repeat(20_000)}`],
    ["5,000 of them", `root ::= ${"(".repeat(5000)}"a"${")".repeat(5000)}`],
    ["optional letters hidden in rules", `root ::= ${"a ".repeat(4000)}\na ::= "a"?`],
    ["what is no grammar", "root ::= )("],
  ];
  for (const [name, grammar] of hostile) {
    it(`that hurt their reader are refused, and no engine sees them: ${name}`, async () => {
      const pid = await server.enginePid();
      const healthy = server.post("/generate", { prompt: "The dog", max_length: 30 });
      for (const [path, body] of [
        ["/generate", { prompt: "x" }],
        ["/chat", { messages }],
        ["/v1/chat/completions", { messages }],
        ["/v1/completions", { prompt: "x" }],
      ] as const) {
        const { status, json } = await server.post(path, { ...body, grammar });
        expect([status, json.error.param], `${path}: ${JSON.stringify(json)}`).to.deep.equal([400, "grammar"]);
      }
      expect((await healthy).status).to.equal(200);
      expect(await server.enginePid()).to.equal(pid);
    });
  }

  it("are not asked for with a token that the model lacks", async () => {
    const { status, json } = await server.post("/generate", { prompt: "x", logit_bias: { 99999999: 1 } });
    expect(status).to.equal(400);
    expect(json.detail).to.contain("logit_bias names the token 99999999");
  });
});
