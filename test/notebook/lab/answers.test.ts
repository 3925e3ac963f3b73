/** Several answers, JSON and probabilities, as a cell asks for them and gets them: over the real door. */
import { expect } from "chai";
import { z } from "zod";
import { ConnectedLab } from "../../../src/notebook/lab/connected-lab.js";
import { answerWith, endingOf, FakeModels } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";

const Person = z.object({ name: z.string(), age: z.int() });

describe("an answer in a cell", () => {
  let door: Door;
  let lab: ConnectedLab;
  beforeEach(async () => {
    door = await openDoor({ models: new FakeModels(answerWith(['{"name": "Ann", ', '"age": 3}'])) });
    lab = await ConnectedLab.connect(`http://127.0.0.1:${door.port}`, undefined);
  });
  afterEach(async () => {
    lab.answers.clear();
    await lab.stop();
    await door.close();
  });
  const request = (at = 0): (typeof door.models.requests)[0]["request"] => door.models.requests[at]!.request;

  for (const way of ["generate", "chat"] as const) {
    it(`of lab.${way} with n is the first of several, each with its seed`, async () => {
      door.models.script = (generation, _request, index) =>
        answerWith([`answer ${index}`])(generation, _request, index);
      const reply = lab[way]("x", { n: 3, seed: 4_294_967_294 });
      const answer = await reply;
      expect(reply.text).to.equal("answer 0");
      expect(answer.answers.map(({ text, seed, finish_reason }) => [text, seed, finish_reason])).to.deep.equal([
        ["answer 0", 4_294_967_294, "stop"],
        ["answer 1", 4_294_967_295, "stop"],
        ["answer 2", 0, "stop"],
      ]);
      expect(answer.answers[0]).to.equal(answer);
      expect(door.models.requests.map(({ request: { seed } }) => seed)).to.deep.equal([
        4_294_967_294, 4_294_967_295, 0,
      ]);
    });
  }

  it("without n is its only one, and as data has its fields alone", async () => {
    const answer = await lab.generate("x");
    expect(answer.answers).to.deep.equal([answer]);
    expect(Object.keys(JSON.parse(JSON.stringify(answer))))
      .to.include("text")
      .and.not.include.members(["answers"]);
    expect({ ...answer }).to.not.have.any.keys("json", "answers", "logprobs");
  });

  it("obeys a schema of zod's, and is read by it", async () => {
    const answer = await lab.chat("x", { json_schema: Person });
    expect(request().grammar).to.be.a("string");
    const person: z.infer<typeof Person> = answer.json(Person);
    expect(person).to.deep.equal({ name: "Ann", age: 3 });
    expect(answer.json()).to.deep.equal(person);
    expect(() => answer.json(z.object({ name: z.number() }))).to.throw("name");
  });

  it("obeys a JSON schema, and is the JSON that it is", async () => {
    const { $schema: _, ...schema } = z.toJSONSchema(Person);
    const answer = await lab.generate("x", { json_schema: schema });
    expect(request().grammar).to.be.a("string");
    expect(answer.json<{ name: string }>().name).to.equal("Ann");
  });

  it("that was cut, or was never meant to be JSON, says so when it is read as such", async () => {
    door.models.script = answerWith(['{"name": '], { finishReason: "length" });
    const cut = await lab.generate("x", { json_schema: Person });
    expect(() => cut.json()).to.throw(/^The answer was cut after 1 tokens, so it is no whole JSON\./);
    door.models.script = answerWith(["Hello"]);
    const text = await lab.generate("x");
    expect(() => text.json()).to.throw(/^The answer is no JSON\./);
  });

  it("refuses a schema of a library that does not tell its JSON schema", async () => {
    const old = { _def: {}, parse: () => {} } as unknown as z.ZodType;
    expect(() => lab.generate("x", { json_schema: old })).to.throw(/zod's do from 4\.2 on/);
  });

  it("tells its tokens where they were asked for, over all frames", async () => {
    const score = (text: string, id: number) => ({ id, bytes: [...Buffer.from(text)], logprob: -0.5, top: [] });
    door.models.script = (generation) => {
      generation.begin({ promptTokens: 7, maxTokens: 8192 });
      generation.push({ text: "Hel", scores: [score("Hel", 1)] }, 1);
      generation.push({ text: "lo", scores: [score("lo", 2)] }, 2);
      generation.finish(endingOf(2));
    };
    for (const way of ["generate", "chat"] as const) {
      const { logprobs = [] } = await lab[way]("x", { logprobs: 0 });
      expect(logprobs.map(({ token, id, logprob }) => [token, id, logprob])).to.deep.equal([
        ["Hel", 1, -0.5],
        ["lo", 2, -0.5],
      ]);
    }
    const several = await lab.generate("x", { logprobs: 0, n: 2 });
    expect(several.answers.map(({ logprobs }) => logprobs?.length)).to.deep.equal([2, 2]);
  });

  it("takes every option in camel case, and asks whether a near one was meant", async () => {
    await lab.generate("x", { xtcProbability: 0.3, dryBase: 2 } as object);
    expect(request()).to.include({ xtcProbability: 0.3, dryBase: 2 });
    const slips = {
      temprature: "temperature",
      max_lenght: "max_length",
      jsonschema: "json_schema",
      logprob: "logprobs",
    };
    for (const [slip, meant] of Object.entries(slips)) {
      expect(() => lab.generate("x", { [slip]: 1 } as object)).to.throw(
        `There is no option "${slip}". Did you mean ${meant}?`,
      );
    }
    expect(door.models.requests).to.have.length(1);
    const { warnings } = await lab.generate("x", { colour: "red" } as object);
    expect(warnings.join()).to.contain("colour");
  });

  it("is one of each prompt in a batch", async () => {
    expect(() => lab.batch(["x"], { n: 2 })).to.throw(/^n is 2, and lab\.batch asks each prompt once\./);
  });
});

describe("lab.openai", () => {
  it("is what clients of OpenAI take, and never shows the key", async () => {
    const { inspect } = await import("node:util");
    const { default: OpenAI } = await import("openai");
    const apiKey = "key-of-the-tests-0001";
    const door = await openDoor({ settings: { apiKey } });
    const lab = await ConnectedLab.connect(`http://127.0.0.1:${door.port}/v1`.replace("/v1", ""), apiKey);
    try {
      const client = new OpenAI(lab.openai);
      const messages = [{ role: "user" as const, content: "x" }];
      const { choices } = await client.chat.completions.create({ model: "fake", messages });
      expect(choices[0]?.message.content).to.equal("Hello world");
      expect({ ...lab.openai }).to.deep.equal({ baseURL: `${lab.url}/v1`, apiKey });
      const shown = [
        inspect(lab.openai),
        inspect({ inside: lab.openai }),
        inspect([lab.openai]),
        JSON.stringify(lab.openai),
      ];
      for (const text of shown) expect(text).to.not.contain(apiKey);
      expect(shown[0]).to.contain("# openai (TypeScript)").and.contain('model: "fake"');
      expect(shown[1]).to.contain("••••0001");
    } finally {
      await lab.stop();
      await door.close();
    }
  });

  it('has the key "none" where the lab has none', async () => {
    const door = await openDoor();
    const lab = await ConnectedLab.connect(`http://127.0.0.1:${door.port}`, undefined);
    expect(lab.openai.apiKey).to.equal("none");
    await lab.stop();
    await door.close();
  });
});
