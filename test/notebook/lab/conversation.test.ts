import { inspect } from "node:util";
import { expect } from "chai";
import { type AnswerData, extrasOf } from "../../../src/notebook/client/answer.js";
import { conversationView } from "../../../src/notebook/displays/conversation-view.js";
import { ConnectedLab } from "../../../src/notebook/lab/connected-lab.js";
import type { Conversation } from "../../../src/notebook/lab/conversation.js";
import { chatFramesOf, FakeLabServer, openStream, sendError } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

describe("a conversation", () => {
  let fake: FakeLabServer;
  let lab: ConnectedLab;
  let chat: Conversation;

  beforeEach(async () => {
    fake = await FakeLabServer.start();
    lab = await ConnectedLab.connect(fake.url, undefined);
    chat = lab.conversation("Be brief.");
  });
  afterEach(async () => {
    await lab.stop();
    await fake.stop();
  });

  const system = { role: "system", content: "Be brief." };
  const answer = { role: "assistant", content: "Once upon a time." };

  it("is asked with everything said before, and remembers both turns by the time the reply is there", async () => {
    await chat.say("one");
    const reply = chat.say("two");
    await reply;
    const history = [system, { role: "user", content: "one" }, answer, { role: "user", content: "two" }, answer];
    expect(chat.history).to.deep.equal(history);
    expect(fake.seen.at(-1)?.body.messages).to.deep.equal(history.slice(0, -1));
  });

  it("sends the thoughts of an answer back with it, for the model's template to decide about", async () => {
    const pieces = [{ reasoning_content: "hm" }, { reasoning_content: "m" }, { content: "Yes." }];
    fake.on("POST /chat", (_, response) => {
      openStream(response);
      response.end(chatFramesOf(pieces));
    });
    const reply = chat.say("one");
    expect(await reply).to.include({ text: "Yes.", reasoning: "hmm" });
    expect([reply.text, reply.reasoning]).to.deep.equal(["Yes.", "hmm"]);
    await chat.say("two");
    expect(fake.seen.at(-1)?.body.messages[2]).to.deep.equal({
      role: "assistant",
      content: "Yes.",
      reasoning_content: "hmm",
    });
  });

  it("sends calls of tools back with their answer", async () => {
    const called = { id: "call_1", type: "function", function: { name: "now", arguments: '{"in": "Ur"}' } } as const;
    fake.on("POST /chat", (_, response) => {
      openStream(response);
      response.end(
        chatFramesOf([
          { tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "now", arguments: "" } }] },
          { tool_calls: [{ index: 0, function: { arguments: '{"in": ' } }] },
          { tool_calls: [{ index: 0, function: { arguments: '"Ur"}' } }] },
        ]),
      );
    });
    expect((await chat.say("one")).tool_calls).to.deep.equal([called]);
    await chat.say("two");
    expect(fake.seen.at(-1)?.body.messages[2]).to.deep.equal({ role: "assistant", content: "", tool_calls: [called] });
  });

  it("forgets a turn that was cancelled or failed", async () => {
    const reply = chat.say("endless");
    await fake.request(({ path }) => path === "/chat");
    reply.cancel();
    await rejection(reply);
    fake.on("POST /chat", (_, response) => sendError(response, 400, "invalid_request", "No."));
    await rejection(chat.say("two"));
    expect(chat.history).to.deep.equal([system]);
  });

  it("refuses instructions that are no text", () => {
    expect(() => lab.conversation(5 as never)).to.throw("lab.conversation takes instructions as a text, or nothing");
  });

  it("refuses a turn while another is being answered", async () => {
    const reply = chat.say("endless");
    expect(() => chat.say("two")).to.throw("still being answered");
    expect(() => chat.undo()).to.throw("still being answered");
    reply.cancel();
    await chat.say("three");
    expect(chat.history).to.have.length(3);
  });

  it("takes turns back one by one and keeps the system message", async () => {
    await chat.say("one");
    await chat.say("two");
    expect(chat.undo()).to.equal("two");
    expect(chat.history).to.deep.equal([system, { role: "user", content: "one" }, answer]);
    expect(chat.undo()).to.equal("one");
    expect(chat.undo()).to.equal(undefined);
    expect(chat.history).to.deep.equal([system]);
  });

  it("prints as a chat, and its history too", async () => {
    expect(inspect(lab.conversation())).to.equal('Nothing was said yet: await talk.show("Hello");');
    await chat.say("one");
    const said = "Instructions: Be brief.\n\nYou: one\n\nModel: Once upon a time.";
    expect(inspect(chat)).to.equal(said);
    expect(inspect(chat.history)).to.equal(said);
    const reply = chat.say("endless");
    expect(inspect(chat)).to.equal(`${said}\n\nYou: endless\n\n— it is being answered`);
    reply.cancel();
  });

  it("is Markdown in a cell: who speaks, what was said, the numbers folded", () => {
    const answer: AnswerData = { ...extrasOf({}), text: "**So** <b>", reasoning: "hm", finish_reason: "stop" };
    const turns = [
      { message: { role: "user", content: "Why *this*?" } },
      { message: { role: "assistant", content: answer.text, reasoning_content: "hm" }, answer },
    ] as const;
    expect(conversationView(turns).markdown?.().split("\n\n")).to.deep.equal([
      "**You**  \nWhy *this*?",
      "**Model**",
      "<details><summary>Thoughts</summary>",
      "hm",
      "</details>",
      "**So** &lt;b>",
      "<details><summary><small>Numbers</small></summary>",
      "<small>0 tokens · first after 0 ms · seed 0 · ended by itself</small>",
      "</details>",
    ]);
  });

  it("hands out copies of its history", async () => {
    const [first] = chat.history;
    if (first) first.content = "changed";
    chat.history.pop();
    expect(chat.history).to.deep.equal([system]);
  });
});
