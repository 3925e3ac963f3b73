import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import type { Step } from "../../../src/server/engine/local/messages.js";
import { StepOutbox } from "../../../src/server/llama/step-outbox.js";

/** An outbox, what it sent, and a promise of its next message. */
function outboxWithSent(): { outbox: StepOutbox; sent: Step[]; next: () => Promise<void> } {
  const sent: Step[] = [];
  let wake = (): void => {};
  const outbox = new StepOutbox((step) => {
    sent.push(step);
    wake();
  });
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  return { outbox, sent, next };
}

const finished = { id: 1, reason: "stop", completionTokens: 2, prefillMs: 1, decodeMs: 1 } as const;

describe("StepOutbox", () => {
  it("sends what happened in a step as one message after the next batch", async () => {
    const { outbox, sent, next } = outboxWithSent();
    outbox.piece({ id: 1, text: "a", count: 1 });
    outbox.piece({ id: 2, text: "b", count: 5 });
    outbox.batchHandedOver();
    expect(sent).to.deep.equal([]);
    await next();
    expect(sent).to.deep.equal([
      {
        type: "step",
        pieces: [
          { id: 1, text: "a", count: 1 },
          { id: 2, text: "b", count: 5 },
        ],
      },
    ]);
  });

  it("tells how much of a prompt is read, but not after each piece of it", () => {
    const { outbox, sent } = outboxWithSent();
    for (const tokens of [128, 256, 384]) outbox.read(1, tokens);
    outbox.flush();
    expect(sent).to.deep.equal([{ type: "step", read: [{ id: 1, tokens: 128 }] }]);
  });

  it("joins the pieces of a request that fall into one message", () => {
    const { outbox, sent } = outboxWithSent();
    outbox.piece({ id: 1, text: "a", count: 1 });
    outbox.piece({ id: 1, text: "b", count: 2 });
    outbox.finished(finished);
    outbox.flush();
    expect(sent).to.deep.equal([{ type: "step", pieces: [{ id: 1, text: "ab", count: 2 }], finished: [finished] }]);
  });

  it("keeps thoughts and answers apart, in their order, and what only counts with what came before it", () => {
    const { outbox, sent } = outboxWithSent();
    outbox.piece({ id: 1, text: "", reasoning: "a", count: 1 });
    outbox.piece({ id: 2, text: "x", count: 1 });
    outbox.piece({ id: 1, text: "", reasoning: "b", count: 2, thoughtCount: 2 });
    outbox.piece({ id: 1, text: "", count: 3, thoughtCount: 3 });
    outbox.piece({ id: 1, text: "c", count: 4, thoughtCount: 3 });
    outbox.flush();
    expect(sent[0]?.pieces).to.deep.equal([
      { id: 1, text: "", reasoning: "ab", count: 3, thoughtCount: 3 },
      { id: 2, text: "x", count: 1 },
      { id: 1, text: "c", count: 4, thoughtCount: 3 },
    ]);
  });

  it("keeps the probabilities of the pieces it joins", () => {
    const { outbox, sent } = outboxWithSent();
    const one = { id: 4, bytes: [97], logprob: -0.5, top: [] };
    const two = { id: 5, bytes: [98], logprob: -0.25, top: [] };
    outbox.piece({ id: 1, text: "a", count: 1, scores: [one] });
    outbox.piece({ id: 1, text: "b", count: 2, scores: [two] });
    outbox.flush();
    expect(sent[0]?.pieces).to.deep.equal([{ id: 1, text: "ab", count: 2, scores: [one, two] }]);
  });

  it("keeps calls apart and joins the arguments of each", () => {
    const { outbox, sent } = outboxWithSent();
    outbox.piece({ id: 1, text: "", call: { index: 0, id: "a", name: "look", arguments: "" }, count: 1 });
    outbox.piece({ id: 1, text: "", call: { index: 0, arguments: "{}" }, count: 2 });
    outbox.piece({ id: 1, text: "", call: { index: 1, id: "b", name: "look", arguments: "" }, count: 3 });
    outbox.flush();
    expect(sent[0]?.pieces).to.deep.equal([
      { id: 1, text: "", call: { index: 0, id: "a", name: "look", arguments: "{}" }, count: 2 },
      { id: 1, text: "", call: { index: 1, id: "b", name: "look", arguments: "" }, count: 3 },
    ]);
  });

  it("sends by itself when no batch follows", async () => {
    const { outbox, sent, next } = outboxWithSent();
    outbox.failed({ id: 1, code: "internal_error", message: "m" });
    await next();
    expect(sent).to.have.length(1);
  });

  it("is not put off by batches that follow each other quickly", async () => {
    const { outbox, sent, next } = outboxWithSent();
    outbox.piece({ id: 1, text: "a", count: 1 });
    const arrived = next();
    const ticking = setInterval(() => outbox.batchHandedOver(), 1);
    await arrived;
    clearInterval(ticking);
    expect(sent).to.have.length(1);
  });

  it("sends sooner after a batch than without one", async () => {
    const order: string[] = [];
    const [early, late] = ["after a batch", "without"].map((name) => new StepOutbox(() => order.push(name)));
    early?.piece({ id: 1, text: "a", count: 1 });
    late?.piece({ id: 1, text: "a", count: 1 });
    early?.batchHandedOver();
    while (order.length < 2) await pause(1);
    expect(order).to.deep.equal(["after a batch", "without"]);
  });

  it("sends nothing when nothing happened", async () => {
    const { outbox, sent } = outboxWithSent();
    outbox.batchHandedOver();
    outbox.flush();
    // longer than anything is ever held
    await pause(40);
    expect(sent).to.deep.equal([]);
  });
});
