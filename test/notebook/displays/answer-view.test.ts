import { expect } from "chai";
import { type Answer, extrasOf } from "../../../src/notebook/client/answer.js";
import { answerView, unfinishedView } from "../../../src/notebook/displays/answer-view.js";

const answer = (over: Partial<Answer>): Answer => ({
  ...extrasOf({}),
  text: "Hello",
  reasoning: null,
  finish_reason: "stop",
  ...over,
});

describe("how an answer looks", () => {
  it("has its thoughts folded above it, as text and never as HTML", () => {
    const source = answerView(answer({ reasoning: "<b>hm\nso</b>" })).html().source;
    expect(source).to.match(/<details style="[^"]*"><summary[^>]*>Thoughts<\/summary>.*Hello/s);
    expect(source).to.include("&lt;b&gt;hm&#10;so&lt;/b&gt;");
  });

  it("has nothing to unfold where there are no thoughts", () => {
    expect(answerView(answer({})).html().source).to.not.include("<details");
  });

  it("says how many of its tokens were thoughts", () => {
    const { usage } = extrasOf({});
    const counted = { ...usage, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 4 } };
    const text = answerView(answer({ reasoning: "hm", usage: counted })).text();
    expect(text).to.include("9 tokens · 4 of them thoughts");
    expect(answerView(answer({})).text()).to.not.include("thoughts");
  });

  it("shows thoughts while they come, and folds them once the answer begins", () => {
    const source = (text: string): string => unfinishedView({ text, reasoning: "hm" }, "…").html().source;
    expect(source("")).to.match(/<details open[^>]*><summary[^>]*>Thinking …<\/summary>.*hm/s);
    expect(source("He")).to.match(/<details style[^>]*><summary[^>]*>Thoughts<\/summary>.*hm.*He/s);
  });
});
