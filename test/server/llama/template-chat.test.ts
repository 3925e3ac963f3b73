import { expect } from "chai";
import type { Message } from "../../../src/server/engine/request.js";
import { TemplateChat } from "../../../src/server/llama/template-chat.js";
import type { Tokenizer } from "../../../src/server/llama/tokenize.js";
import { ChatPrompts } from "../../../src/server/prompts/chat-prompts.js";

const template =
  "{% for m in messages %}{{ m.role }}:{% if m.reasoning_content %}{{ m.reasoning_content }}|{% endif %}{{ m.content }};{% endfor %}{{ more }}";

describe("a conversation by the template in the file", () => {
  const cut: string[] = [];
  const tokenizer = { special: [], prompt: (text: string) => cut.push(text) } as unknown as Tokenizer;
  const chat = new TemplateChat(new ChatPrompts(template, { bos: "", eos: "" }), tokenizer, "file");
  const long = "a".repeat(30_000);
  const turns = (reasoning: string): Message[] => [
    { role: "user", content: "Hi" },
    { role: "assistant", content: "Hello", reasoning },
    { role: "user", content: "On" },
  ];

  it("is cut into tokens as the template writes it, thoughts included", () => {
    expect(chat.of(turns("hm"), undefined).text).to.equal("user:Hi;assistant:hm|Hello;user:On;");
    expect(cut).to.have.length(1);
  });

  it("never reaches the tokenizer with letters that run on, wherever they come from", () => {
    expect(() => chat.of(turns(long), undefined)).to.throw("in a row");
    expect(() => chat.of(turns("hm"), { more: long })).to.throw("in a row");
    expect(cut).to.have.length(1);
  });
});
