import { expect } from "chai";
import type { Message } from "../../../src/server/engine/request.js";
import { ChatPrompts } from "../../../src/server/prompts/chat-prompts.js";
import { TemplateFailure } from "../../../src/server/prompts/chat-template.js";
import { Guard } from "../../../src/server/prompts/guard.js";
import { TemplateRefusal } from "../../../src/server/prompts/template-globals.js";

const turns =
  "{% for m in messages %}[{{ m.role[0] }}:{{ m.content | trim }}]{% endfor %}{% if add_generation_prompt %}[a:{% endif %}";
const alternating =
  "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Take turns!') }}{% endif %}" +
  "[{{ m.role[0] }}:{{ m.content }}]{% endfor %}";

const user = (content: string): Message => ({ role: "user", content });
const model = (content: string): Message => ({ role: "assistant", content });
const system = (content: string): Message => ({ role: "system", content });

const prompt = (source: string, messages: readonly Message[], kwargs?: Record<string, unknown>): string =>
  new ChatPrompts(source, { bos: "<s>", eos: "</s>" }, () => new Date(2026, 2, 9)).render(
    { messages, kwargs },
    new Guard([], source),
  );

describe("a conversation by a template", () => {
  it("ends as the template lets an answer begin", () => {
    expect(prompt(turns, [system("x"), user(" hi ")])).to.equal("[s:x][u:hi][a:");
  });

  it("shows the template what was thought, under every name that templates have for it", () => {
    for (const name of ["reasoning", "reasoning_content", "thinking"]) {
      const source = `{% for m in messages %}[{{ m.content }}{% if m.${name} is defined %}|{{ m.${name} }}{% endif %}]{% endfor %}`;
      const turn: Message = { role: "assistant", content: "so", reasoning: "hm" };
      expect(prompt(source, [user("hi"), turn, user("on")]), name).to.equal("[hi][so|hm][on]");
      expect(new ChatPrompts(source, { bos: "", eos: "" }).shown([turn])).to.equal("[so|hm]");
    }
    expect(new ChatPrompts(alternating, { bos: "", eos: "" }).shown([model("a")])).to.equal(null);
  });

  it("that ends with the model's turn goes on behind its words, blanks included", () => {
    expect(prompt(turns, [user("hi"), model("Three are ")])).to.equal("[u:hi][a:Three are ");
  });

  it("goes on behind words that the template does not show", () => {
    const deaf = "{% for m in messages %}{% if m.role == 'user' %}[{{ m.content }}]{% endif %}{% endfor %}>";
    expect(prompt(deaf, [user("hi"), model("Three")])).to.equal("[hi]>Three");
  });

  it("closes a thought that the template opens in front of given words", () => {
    const thinks =
      "{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' %}<think>\n{% endif %}{{ m.content }}{% endfor %}";
    expect(prompt(thinks, [user("hi"), model("Three")])).to.equal("<user>hi<assistant><think>\n</think>Three");
  });

  it("has instructions in front of the user's words where the template refuses or drops them", () => {
    expect(prompt(alternating, [system("Be brief."), user("hi")])).to.equal("[u:Be brief.\nhi]");
    const drops = "{% for m in messages %}{% if m.role != 'system' %}[{{ m.content }}]{% endif %}{% endfor %}";
    expect(prompt(drops, [system("Be brief."), user("hi")])).to.equal("[Be brief.\nhi]");
  });

  it("has neighbours of one role joined only where the template refuses them", () => {
    expect(prompt(turns, [user("a"), user("b")])).to.equal("[u:a][u:b][a:");
    expect(prompt(alternating, [user("a"), user("b")])).to.equal("[u:a\n\nb]");
  });

  it("that cannot be helped is refused in the template's words", () => {
    expect(() => prompt(alternating, [model("a"), user("b")])).to.throw(TemplateRefusal, /^Take turns!$/);
  });

  it("has the file's tokens, today and thinking for the template, and what is given on top", () => {
    const source =
      "{{ bos_token }}{{ eos_token }} {{ date_string }} {{ datetime }} {{ enable_thinking }} {{ strftime_now('%Y') }} {{ tools is none }}" +
      " {{ level is defined }}{{ level }}";
    expect(prompt(source, [user("x")])).to.equal("<s></s> 09 Mar 2026 Mar 09 2026 True 2026 True False");
    expect(prompt(source, [user("x")], { enable_thinking: false, level: "low", date_string: "D" })).to.equal(
      "<s></s> D Mar 09 2026 False 2026 True Truelow",
    );
  });

  it("cannot have its own variables replaced", () => {
    const source = "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}{{ add_generation_prompt }}";
    const kwargs = { bos_token: "x", messages: "x", add_generation_prompt: "x" };
    expect(prompt(source, [user("hi")], kwargs)).to.equal("<s>hiTrue");
  });

  it("gets an empty list of tools where the template wants a list", () => {
    expect(prompt("{% for t in tools %}{% endfor %}{{ messages[0].content }}", [user("x")])).to.equal("x");
  });

  it("hands on what a model thought", () => {
    const source =
      "{% for m in messages %}{{ m.reasoning_content if m.reasoning_content }}{{ m.content }};{% endfor %}";
    expect(prompt(source, [user("a"), { ...model("b"), reasoning: "hm " }, user("c")])).to.equal("a;hm b;c;");
  });

  it("shows whether the template hears what a user says", () => {
    const isDeaf = (source: string): boolean => new ChatPrompts(source, { bos: "", eos: "" }).isDeaf();
    const deaf = ["chatml", " ", "{% for m in messages %}{{ m.role }}{% endfor %}"];
    const hearing = [turns, alternating, "{{ messages[0].content | upper }}", "{{ raise_exception('A picture!') }}"];
    expect([...deaf, ...hearing].filter(isDeaf)).to.deep.equal(deaf);
  });

  it("is not possible with a template that never works", () => {
    expect(() => prompt("{{ messages[0].content | nosuch }}", [user("x")])).to.throw(TemplateFailure, /nosuch/);
    expect(() => prompt("{% if", [user("x")])).to.throw(TemplateFailure);
  });
});
