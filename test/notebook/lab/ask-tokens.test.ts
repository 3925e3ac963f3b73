import { inspect } from "node:util";
import { expect } from "chai";
import { tokensView } from "../../../src/notebook/displays/tokens-view.js";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import type { Lab } from "../../../src/notebook/lab/lab.js";
import { FakeLabServer } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

describe("how a model reads a text, in a cell", () => {
  let fake: FakeLabServer;
  let lab: Lab;
  beforeEach(async () => {
    fake = await FakeLabServer.start();
    lab = await connectLab(fake.url);
  });
  afterEach(async () => {
    await lab.stop();
    await fake.stop();
  });
  const asked = (path: string): unknown => fake.seen.find((one) => one.path === path)?.body;

  it("is the prompt of a conversation, with its tokens and their ids", async () => {
    const list = await lab.template("Hé", { chat_template_kwargs: { enable_thinking: false } });
    expect(asked("/apply-template")).to.deep.equal({
      messages: [{ role: "user", content: "Hé" }],
      chat_template_kwargs: { enable_thinking: false },
      with_pieces: true,
    });
    expect(list.text).to.equal("<|user|>Hé\n<|end|>");
    expect(list.ids).to.deep.equal([7, 72, 195, 169, 10, 8]);
    expect(list.tokens[2]).to.deep.equal({ id: 195, text: "\ufffd", special: false });
    expect(JSON.parse(JSON.stringify(list))).to.have.keys("text", "tokens", "ids");
  });

  it("is a text cut into tokens", async () => {
    const list = await lab.tokens("Hé", { add_special: true, model_id: "sample" });
    expect(asked("/tokenize")).to.deep.equal({
      content: "Hé",
      add_special: true,
      model_id: "sample",
      with_pieces: true,
    });
    expect([list.text, list.ids.length]).to.deep.equal(["Hé", 6]);
  });

  it("shows special tokens marked, line ends, and every id under the mouse", async () => {
    const list = await lab.template("Hé");
    expect(inspect(list)).to.equal("⟦<|user|>⟧H\ufffd\ufffd\n⟦<|end|>⟧\n— 6 tokens · 2 of them special");
    const shown = tokensView(list).html().source;
    expect(shown).to.match(/<span title="special token 7" style="[^"]*font-weight[^"]*">&lt;\|user\|&gt;<\/span>/);
    expect(shown).to.match(/<span title="token 10" style="[^"]*">↵&#10;<\/span>/);
  });

  it("shows the first 4000 tokens of a long text and says how many there are more", () => {
    const tokens = Array.from({ length: 4002 }, (_, id) => ({ id, text: "a", special: false }));
    const view = tokensView({ text: "", tokens, ids: [] });
    expect(view.text()).to.match(/^a{4000}… and 2 more tokens\n— 4002 tokens$/);
  });

  it("refuses an option that it does not have, in the cell", async () => {
    const options = { withPieces: true } as never;
    expect((await rejection(lab.template("Hé", options))).message).to.contain(
      'lab.template has no option "withPieces"',
    );
    expect((await rejection(lab.tokens("Hé", options))).message).to.contain('lab.tokens has no option "withPieces"');
  });
});
