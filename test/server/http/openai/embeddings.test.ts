import { expect } from "chai";
import { LabError } from "../../../../src/server/errors.js";
import { failWith } from "../../../support/fake-models.js";
import { type Door, openDoor } from "../../../support/http-client.js";

/** What the models of tests give for every text. */
const vector = [0.6, -0.8];

describe("POST /v1/embeddings", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  const ask = (body: object) => door.post("/v1/embeddings", body);
  const measures = () => door.models.requests.map(({ request }) => request.measure);
  const texts = () =>
    door.models.requests.map(({ request: { input } }) => (input.kind === "prompt" ? input.text : null));

  it("answers in OpenAI's shape, a vector for each text in its order", async () => {
    const { status, json } = await ask({ model: "minilm", input: ["a", "b"] });
    expect([status, json]).to.deep.equal([
      200,
      {
        object: "list",
        data: [0, 1].map((index) => ({ object: "embedding", index, embedding: vector })),
        model: "minilm",
        usage: { prompt_tokens: 14, total_tokens: 14 },
      },
    ]);
    expect(texts()).to.have.members(["a", "b"]);
    expect(door.models.requests.map(({ modelId }) => modelId)).to.deep.equal(["minilm", "minilm"]);
  });

  it("gives base64 of 32-bit floats where it is asked for, and numbers otherwise", async () => {
    const { json } = await ask({ input: "a", encoding_format: "base64" });
    const bytes = Buffer.from(json.data[0].embedding, "base64");
    expect([bytes.readFloatLE(0), bytes.readFloatLE(4), bytes.length]).to.deep.equal([...vector.map(Math.fround), 8]);
    expect((await ask({ input: "a", encoding_format: "float" })).json.data[0].embedding).to.deep.equal(vector);
  });

  const inputs: readonly (readonly [what: string, input: unknown, texts: string[], tokens: unknown[]])[] = [
    ["a text", "a", ["a"], [null]],
    ["a list of texts", ["a", "b"], ["a", "b"], [null, null]],
    ["a list of tokens", [1, 2], [""], [[1, 2]]],
    ["a list of lists of tokens", [[1], [2, 3]], ["", ""], [[1], [2, 3]]],
  ];
  for (const [what, input, sent, tokens] of inputs) {
    it(`takes ${what}`, async () => {
      const { status, json } = await ask({ input });
      expect([status, json.data.length]).to.deep.equal([200, sent.length]);
      expect(texts()).to.deep.equal(sent);
      expect(measures().map((measure) => measure?.kind === "embed" && measure.tokens)).to.deep.equal(tokens);
    });
  }

  const types: readonly (readonly [fields: object, inputType: string | null])[] = [
    [{}, null],
    [{ input_type: "query" }, "query"],
    [{ input_type: "search_document" }, "document"],
    [{ inputType: "PASSAGE" }, "document"],
    [{ prompt_name: "query" }, "query"],
    [{ task: "retrieval.passage" }, "document"],
    [{ input_type: "poems" }, "poems"],
  ];
  for (const [fields, inputType] of types) {
    it(`hands on ${JSON.stringify(fields)} as ${inputType}`, async () => {
      await ask({ input: "a", ...fields, dimensions: 64, truncate: true });
      expect(measures()).to.deep.equal([{ kind: "embed", tokens: null, dimensions: 64, inputType, truncates: true }]);
    });
  }

  const refused: readonly (readonly [body: object, param: string])[] = [
    [{}, "input"],
    [{ input: "" }, "input"],
    [{ input: " \n" }, "input"],
    [{ input: [] }, "input"],
    [{ input: ["a", ""] }, "input[1]"],
    [{ input: ["a", "b", "\t"] }, "input[2]"],
    [{ input: [[1], []] }, "input[1]"],
    [{ input: [1, -1] }, "input[1]"],
    [{ input: [1, 1.5] }, "input[1]"],
    [{ input: [1, "a"] }, "input[1]"],
    [{ input: { text: "a" } }, "input"],
    [{ input: Array(2049).fill("a") }, "input"],
    [{ input: "a", encoding_format: "hex" }, "encoding_format"],
    [{ input: "a", dimensions: 0 }, "dimensions"],
    [{ input: "a", model: "" }, "model"],
    [{ input: "a", max_time: 0 }, "max_time"],
    [{ input: "a", strict: true, colour: 1 }, "colour"],
  ];
  for (const [body, param] of refused) {
    it(`refuses ${param} of ${JSON.stringify(body).slice(0, 60)}`, async () => {
      const { status, json } = await ask(body);
      expect([status, json.error.type, json.error.param]).to.deep.equal([400, "invalid_request_error", param]);
      expect(door.models.requests).to.deep.equal([]);
    });
  }

  it("warns of fields that mean nothing here", async () => {
    const { json } = await ask({ input: "a", colour: 1 });
    expect(json.warnings).to.deep.equal(['Unknown fields are ignored: "colour".']);
  });

  it("names the text that the engine refuses, and asks for no more", async () => {
    door.models.script = (generation, request, index) => {
      const isLong = request.input.kind === "prompt" && request.input.text === "long";
      if (isLong)
        failWith(new LabError("prompt_too_long", "The text has 9 tokens.", { param: "prompt" }))(
          generation,
          request,
          index,
        );
    };
    const { status, json } = await ask({ input: ["a", "long", ...Array(50).fill("b")] });
    expect([status, json.error.code, json.error.param]).to.deep.equal([400, "context_length_exceeded", "input[1]"]);
    expect(json.error.message).to.equal("input[1]: The text has 9 tokens.");
    expect(door.models.requests.length).to.be.lessThan(10);
    expect(door.models.requests.every(({ generation }) => generation.isOver)).to.equal(true);
  });

  it("hands on what is not about a text as it is", async () => {
    door.models.script = failWith(new LabError("invalid_request", "dimensions is 3.", { param: "dimensions" }));
    expect((await ask({ input: "a" })).json.error).to.include({ message: "dimensions is 3.", param: "dimensions" });
  });

  it("says that time ran out where a text has no vector, and gives no half answer", async () => {
    door.models.script = (generation) => {
      generation.begin({ promptTokens: 7, maxTokens: 1 });
    };
    const { status, json } = await ask({ input: ["a", "b"], max_time: 0.2 });
    expect([status, json.error.code]).to.deep.equal([503, "queue_timeout"]);
  });

  it("refuses more tokens than one request may have, as soon as they are counted", async () => {
    door.models.script = (generation) => {
      generation.begin({ promptTokens: 200_000, maxTokens: 1 });
      generation.finish({ finishReason: "stop", completionTokens: 0, vector });
    };
    const { status, json } = await ask({ input: ["a", "b"] });
    expect([status, json.error.param]).to.deep.equal([400, "input"]);
    expect(json.error.message).to.match(/300000 tokens/);
  });

  it("ends every text when its client goes away, and begins no other", async () => {
    door.models.script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 1 });
    const socket = door.connect();
    const body = JSON.stringify({ input: Array(10).fill("a") });
    socket.write(
      `POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await door.models.until(() => door.models.requests.length === 2);
    socket.destroy();
    await door.models.until(() => door.models.requests.every(({ cancelled }) => cancelled));
    await door.send("GET", "/health");
    expect(door.models.requests).to.have.length(2);
  });
});
