import { expect } from "chai";
import type { StreamingReply } from "../../../src/notebook/client/reply.js";
import { liveText, waitingText } from "../../../src/notebook/displays/live-text.js";
import { fakeHealth } from "../../support/fake-lab-answers.js";

const reply = (pieceCount: number, firstAtMs: number, lastAtMs: number): StreamingReply =>
  ({ pieceCount, firstAtMs, lastAtMs }) as StreamingReply;

describe("where a reply under way stands", () => {
  it("is its count, its speed since the first token, and the clock", () =>
    expect(liveText(reply(143, 100, 2548), 2600)).to.equal("143 tokens · 58 tokens/s · 2.6 s · ■ stops it"));

  it("has no speed until there is something to measure", () =>
    expect(liveText(reply(1, 100, 100), 150)).to.equal("1 token · 150 ms · ■ stops it"));

  const health = fakeHealth();
  const waits = [
    ["a model that loads", { ...health, loading: { model: "b", progress: 0.63 } }, "loading b … 63 % · 1.5 s"],
    [
      "others before it",
      { ...health, waiting: 2, slots: { busy: 4, total: 4 } },
      "waiting in line: 2 requests wait · 1.5 s",
    ],
    ["the prompt", health, "reading the prompt · 1.5 s"],
    ["nobody knows what", undefined, "reading the prompt · 1.5 s"],
  ] as const;
  for (const [what, known, words] of waits) {
    it(`says what it waits for: ${what}`, () => expect(waitingText(known, 1500)).to.equal(`${words} · ■ stops it`));
  }

  const told = [
    [{ state: "loading", model: "org/b", progress: 0.4 }, "loading b … 40 %"],
    [{ state: "loading", model: "b", progress: null }, "reading the prompt"],
    [{ state: "queued", position: 3 }, "waiting in line: place 3"],
    [{ state: "queued", position: null }, "reading the prompt"],
    [{ state: "prefilling", read_tokens: 1200, prompt_tokens: 4000 }, "reading the prompt: 1,200 of 4,000 tokens"],
  ] as const;
  for (const [progress, words] of told) {
    it(`says what the stream says of itself: ${JSON.stringify(progress)}`, () =>
      expect(waitingText(health, 1500, progress)).to.equal(`${words} · 1.5 s · ■ stops it`));
  }
});
