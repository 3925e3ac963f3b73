/** The routes that show what a model's template and vocabulary make of texts. */
import { expect } from "chai";
import { type Door, openDoor } from "../../support/http-client.js";

describe("the routes about texts", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  it("show the prompt of a conversation as text and tokens", async () => {
    const messages = [{ role: "developer", content: "x" }];
    const withPieces = (await door.post("/apply-template", { messages, with_pieces: true })).json;
    expect(withPieces.tokens[0]).to.deep.equal({ id: 1, piece: "<s>", special: true });
    const { status, json } = await door.post("/apply-template", { messages, chatTemplateKwargs: { a: false } });
    expect([status, json.prompt, json.tokens.length]).to.deep.equal([200, "[system: x]a=false", 19]);
  });

  it("cut a text into tokens, as ids or with their texts", async () => {
    expect((await door.post("/tokenize", { content: "ab" })).json).to.deep.equal({ tokens: [97, 98] });
    expect((await door.post("/tokenize", { content: "a", with_pieces: true, add_special: true })).json).to.deep.equal({
      tokens: [
        { id: 1, piece: "<s>", special: true },
        { id: 97, piece: "a", special: false },
      ],
    });
  });

  it("hand tools to the template", async () => {
    const tools = [{ type: "function", function: { name: "now", description: "The time." } }];
    const { json } = await door.post("/apply-template", { messages: [{ role: "user", content: "Hi" }], tools });
    expect(json.prompt).to.equal("[now: The time.][user: Hi]");
  });

  it("make text of tokens", async () => {
    expect((await door.post("/detokenize", { tokens: [97, 98] })).json).to.deep.equal({ content: "ab" });
    expect((await door.post("/detokenize", { tokens: [] })).json).to.deep.equal({ content: "" });
  });

  const refused: readonly (readonly [path: string, body: object, param: string])[] = [
    ["/apply-template", { messages: [] }, "messages"],
    ["/apply-template", { messages: [{ role: "x", content: "" }] }, "messages[0].role"],
    ["/apply-template", { messages: [{ role: "user", content: "" }], functions: [] }, "functions"],
    ["/apply-template", { messages: [{ role: "user", content: "" }], tools: [{}] }, "tools[0].type"],
    [
      "/apply-template",
      { messages: [{ role: "user", content: "" }], chat_template_kwargs: [1] },
      "chat_template_kwargs",
    ],
    ["/tokenize", {}, "content"],
    ["/tokenize", { content: "x".repeat(262_145) }, "content"],
    ["/tokenize", { content: "x", with_pieces: "yes" }, "with_pieces"],
    ["/detokenize", { tokens: "1" }, "tokens"],
    ["/detokenize", { tokens: [1.5] }, "tokens[0]"],
    ["/detokenize", { tokens: [1, -1] }, "tokens[1]"],
    ["/detokenize", { tokens: Array(65_537).fill(1) }, "tokens"],
  ];
  for (const [path, body, param] of refused) {
    it(`refuse ${param} at ${path} when it is ${JSON.stringify(body).slice(0, 60)}`, async () => {
      const { status, json } = await door.post(path, body);
      expect([status, json.error.code, json.error.param]).to.deep.equal([400, "invalid_request", param]);
    });
  }

  it("hand on what the engine refuses", async () => {
    const { status, json } = await door.post("/detokenize", { tokens: [70_000] });
    expect([status, json.error.message]).to.deep.equal([400, "No token has the id 70000."]);
  });
});
