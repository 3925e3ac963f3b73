import { expect } from "chai";
import { ReasoningSplitter } from "../../../src/server/prompts/reasoning-splitter.js";
import { channelCases } from "./channel-cases.js";
import { type ReasoningCase, taggedCases, think } from "./tagged-cases.js";

const cases = [...taggedCases, ...channelCases];

/** What the pieces of a text are parted into. */
function split(
  { form, prompt, continued }: ReasoningCase,
  pieces: readonly string[],
): { thought: string; content: string } {
  const splitter = new ReasoningSplitter(form, prompt, continued);
  const parts = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.finish()];
  const of = (kind: string): string => parts.map((part) => (part.kind === kind ? part.text : "")).join("");
  expect(parts.every(({ text }) => text !== "")).to.equal(true);
  return { thought: of("thought"), content: of("content") };
}

describe("the reasoning of an answer", () => {
  for (const example of cases) {
    it(`${example.says}: ${JSON.stringify(example.text)}`, () => {
      const { thought = "", content = "", text } = example;
      expect(split(example, [text])).to.deep.equal({ thought, content });
    });
  }

  it("comes out the same wherever the text is cut", () => {
    for (const example of cases) {
      const whole = split(example, [example.text]);
      const { text } = example;
      expect(split(example, [...text]), text).to.deep.equal(whole);
      for (let at = 1; at < text.length; at += 1) {
        expect(split(example, [text.slice(0, at), text.slice(at)]), `${text} at ${at}`).to.deep.equal(whole);
      }
    }
  });

  it("says where it stands", () => {
    const splitter = new ReasoningSplitter(think);
    const standing = (text: string): [boolean, boolean] => {
      splitter.push(text);
      return [splitter.isThinking, splitter.isUndecided];
    };
    expect(standing("<thi")).to.deep.equal([false, true]);
    expect(standing("nk>")).to.deep.equal([true, false]);
    expect(standing("a </")).to.deep.equal([true, true]);
    expect(standing("think>")).to.deep.equal([false, false]);
  });

  it("gives each part as soon as it is certain", () => {
    const splitter = new ReasoningSplitter(think);
    expect(splitter.push("<think>a b")).to.deep.equal([{ kind: "thought", text: "a b" }]);
    expect(splitter.push(" c</think>d")).to.deep.equal([
      { kind: "thought", text: " c" },
      { kind: "content", text: "d" },
    ]);
  });
});
