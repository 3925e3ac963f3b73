import { expect } from "chai";
import type { Message } from "../../../src/server/engine/request.js";
import { findReasoning, type ReasoningEvidence } from "../../../src/server/prompts/find-reasoning.js";

const find = (evidence: Partial<ReasoningEvidence>): ReturnType<typeof findReasoning> =>
  findReasoning({ template: undefined, tokens: [], ...evidence });

/** A template that writes an assistant's turn so; `THOUGHT` and `ANSWER` stand for what it is given. */
const rendering =
  (turn: string) =>
  (messages: readonly Message[]): string => {
    const { content = "", reasoning = "" } = messages.at(-1) ?? {};
    return `<|user|>${messages[0]?.content}<|assistant|>${turn.replace("THOUGHT", reasoning).replace("ANSWER", content)}`;
  };

describe("how a model marks its thoughts", () => {
  it("is read off a template that renders one, tags of any name and the blanks around them", () => {
    const found = find({ render: rendering("<muse>\nTHOUGHT\n</muse>\n\nANSWER<|end|>") });
    expect(found?.why).to.equal("the template renders a thought so");
    expect(found?.form).to.deep.include({ opens: ["<muse>"], closes: ["</muse>"], ending: "\n</muse>\n\n" });
    const bracketed = find({ render: rendering("[INNER]THOUGHT[/INNER]ANSWER") });
    expect(bracketed?.form).to.deep.include({ opens: ["[INNER]"], closes: ["[/INNER]"], ending: "[/INNER]" });
  });

  it("ends with the bare tag where more stands between a thought and its answer", () => {
    const found = find({ render: rendering("<t>THOUGHT</t><|end|><|assistant|>ANSWER") });
    expect(found?.form.ending).to.equal("</t>");
  });

  it("is not taken from a template that leaves the thought out, fails, or marks it with nothing", () => {
    for (const render of [rendering("ANSWER"), () => null, rendering("THOUGHT ANSWER")]) {
      expect(find({ render })).to.equal(null);
    }
  });

  it("is read off the tags that a template speaks of", () => {
    const pairs: readonly (readonly [template: string, open: string, close: string])[] = [
      ["{% set content = content.split('</think>')[-1] %}", "<think>", "</think>"],
      ["{%- set think_end_token = '</seed:think>' -%}", "<seed:think>", "</seed:think>"],
      ["{{ '<thought>' }}{{ '</thought>' }}", "<thought>", "</thought>"],
      ["{{ '<reasoning>\n' + r + '</reasoning>' }}", "<reasoning>", "</reasoning>"],
    ];
    for (const [template, open, close] of pairs) {
      expect(find({ template })?.form, template).to.deep.include({ opens: [open], closes: [close], ending: close });
    }
    expect(find({ template: "</mm:think> </thinking_instructions>" })?.form.closes).to.deep.equal(["</mm:think>"]);
  });

  it("is read off the tokens where the template says nothing", () => {
    expect(find({ template: "{{ x }}", tokens: ["<think>", "</think>", "<s>"] })?.why).to.equal("tokens");
    expect(find({ tokens: ["<think:opensource>", "</think:opensource>"] })?.form.closes).to.deep.equal([
      "</think:opensource>",
    ]);
    expect(find({ tokens: ["</think>"] })).to.equal(null);
  });

  it("knows the forms that one rendered thought does not show", () => {
    const known: readonly (readonly [evidence: Partial<ReasoningEvidence>, ending: string])[] = [
      [{ tokens: ["<|channel|>", "<|message|>", "<|start|>"] }, "<|end|><|start|>assistant<|channel|>final<|message|>"],
      [
        { template: "<|start|> <|message|> <|eom|> assistant to=self<|message|>" },
        "<|eom|><|start|>assistant to=user<|message|>",
      ],
      [{ tokens: ["<|channel>", "<channel|>"] }, "<channel|>"],
      [{ template: "[THINK] [/THINK]" }, "[/THINK]"],
      [{ template: "between <think></think> and <response></response>" }, "</think><response>"],
    ];
    for (const [evidence, ending] of known) expect(find(evidence)?.form.ending).to.equal(ending);
  });

  it("is nothing where there is no sign of thoughts", () => {
    expect(find({ template: "{{ '<|im_start|>' + message.role }}", tokens: ["<|im_start|>", "<|im_end|>"] })).to.equal(
      null,
    );
    expect(find({ template: "Think about it: </b>", tokens: [] })).to.equal(null);
  });
});
