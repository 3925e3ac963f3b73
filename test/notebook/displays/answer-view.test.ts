import { expect } from "chai";
import { type AnswerData, extrasOf } from "../../../src/notebook/client/answer.js";
import { answerFooter, answerView, thinkingView, unfinishedView } from "../../../src/notebook/displays/answer-view.js";

const answer = (over: Partial<AnswerData>): AnswerData => ({
  ...extrasOf({ seed: 7, model: "sample" }),
  text: "Hello",
  reasoning: null,
  finish_reason: "stop",
  ...over,
});

/** An answer of so many tokens, some of them thoughts, some of its prompt from the cache. */
function counted(tokens: number, thoughts = 0, cached = 0): Partial<AnswerData> {
  const { usage } = extrasOf({});
  return {
    usage: {
      ...usage,
      prompt_tokens: 100,
      completion_tokens: tokens,
      completion_tokens_details: { reasoning_tokens: thoughts },
      prompt_tokens_details: { cached_tokens: cached },
    },
    timings: { ...extrasOf({}).timings, tokens_per_second: 45.2, time_to_first_token_ms: 200 },
  };
}

describe("how an answer looks", () => {
  const footers: readonly (readonly [
    what: string,
    answer: Partial<AnswerData>,
    maxLength: number | undefined,
    words: string,
  ])[] = [
    ["by itself", {}, undefined, "111 tokens · 45 tokens/s · first after 200 ms · seed 7 · sample · ended by itself"],
    ["cut where it was asked to be", { finish_reason: "length" }, 111, "cut at max_length 111"],
    ["cut before that", { finish_reason: "length" }, 500, "cut after 111 tokens"],
    ["cut, nobody knows where it was asked to be", { finish_reason: "length" }, undefined, "cut after 111 tokens"],
    [
      "called tools",
      {
        finish_reason: "tool_calls",
        tool_calls: [{ id: "1", type: "function", function: { name: "now", arguments: '{"in":\n "Ur"}' } }],
      },
      undefined,
      'called now({"in": "Ur"})',
    ],
    ["with thoughts", counted(111, 40), undefined, "first after 200 ms · 40 of them thoughts · seed"],
    [
      "with most of its prompt from the cache",
      counted(111, 0, 84),
      undefined,
      "84 of 100 prompt tokens from the cache",
    ],
  ];
  for (const [what, over, maxLength, words] of footers) {
    it(`says in one line what it cost and how it ended: ${what}`, () =>
      expect(answerFooter(answer({ ...counted(111), ...over }), maxLength)).to.include(words));
  }

  it("is silent about a prompt that hardly came from the cache", () =>
    expect(answerFooter(answer(counted(9, 0, 1)))).to.not.include("cache"));

  it("is Markdown, the numbers a small line of it that is announced at the end", () => {
    const markdown = answerView(answer({ text: " **Hi**\n" })).markdown?.();
    expect(markdown).to.match(/^\*\*Hi\*\*\n\n<small role="status">0 tokens · .* · ended by itself<\/small>$/);
  });

  it("has only the unusual in colour", () => {
    const markdown = (over: Partial<AnswerData>): string => answerView(answer(over)).markdown?.() ?? "";
    expect(markdown({ finish_reason: "length" })).to.match(
      /<b style="background[^"]*">cut after 0 tokens<\/b><\/small>$/,
    );
    expect(markdown({})).to.not.include("style");
  });

  it("is shown as it was written where that is asked for, blanks kept, and as text for a diff", () => {
    const view = answerView(answer({ text: "  a\n    b <i>\n" }), { isRaw: true });
    expect(view.markdown).to.equal(undefined);
    expect(view.html().source).to.match(/white-space:pre-wrap[^>]*>a&#10; {4}b &lt;i&gt;</);
    expect(view.text()).to.match(/^a\n {4}b <i>\n— 0 tokens/);
  });

  it("stands behind the text that it continues, from its first blank on", () => {
    const markdown = (text: string): string =>
      answerView(answer({ text }), { continued: "One *two*" }).markdown?.() ?? "";
    const before = '<span style="opacity:0.75">One &#42;two&#42;</span>';
    expect(markdown(" three").split("\n")[0]).to.equal(`${before} three`);
    expect(markdown("s").split("\n")[0]).to.equal(`${before}s`);
    expect(markdown("\n- a").split("\n\n").slice(0, 2)).to.deep.equal([before, "- a"]);
    expect(answerView(answer({ text: " three" }), { continued: "One" }).text()).to.match(/^One three\n—/);
  });

  it("has its thoughts folded above it, and never as HTML", () => {
    const markdown = answerView(answer({ reasoning: "<b>hm\nso</b>" })).markdown?.();
    expect(markdown).to.match(
      /^<details><summary>Thoughts<\/summary>\n\n&lt;b>hm {2}\nso&lt;\/b>\n\n<\/details>\n\nHello/,
    );
    expect(answerView(answer({})).markdown?.()).to.not.include("<details");
    expect(answerView(answer({ reasoning: "<b>hm" }), { isRaw: true }).html().source).to.include("&lt;b&gt;hm");
  });
});

describe("how an answer looks while it comes", () => {
  const status = "3 tokens · ■ stops it";

  it("is Markdown from the first word on, its blocks of code closed", () =>
    expect(unfinishedView({ text: "```js\n1" }, status).markdown?.()).to.equal(
      `\`\`\`js\n1\n\`\`\`\n\n<small>${status}</small>`,
    ));

  it("keeps its newest line in view once it is long, and stands in full when it is over", () => {
    const text = "line\n\n".repeat(40);
    expect(unfinishedView({ text }, status).markdown?.()).to.match(
      /^<div tabindex="0" style="max-height:60vh[^"]*column-reverse"><div>\n\nline/,
    );
    expect(unfinishedView({ text }, status, { isOver: true }).markdown?.()).to.match(/^line\n\n/);
    expect(unfinishedView({ text }, status, { isRaw: true }).html().source).to.include("column-reverse");
  });

  it("is announced when it is over, and not before", () => {
    expect(unfinishedView({ text: "a" }, status).markdown?.()).to.not.include("role=");
    expect(unfinishedView({ text: "a" }, status, { isOver: true }).markdown?.()).to.include('<small role="status">');
  });

  it("shows the newest of its thoughts, as text", () => {
    const { source } = thinkingView("hm <b>", status).html();
    expect(source)
      .to.include("Thinking …")
      .and.include("hm &lt;b&gt;")
      .and.include("column-reverse")
      .and.include(status);
  });
});
