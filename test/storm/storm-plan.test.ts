import { expect } from "chai";
import { StormPlan } from "../../scripts/storm/storm-plan.js";

const models = ["a", "b", "c", "d"];
const calls = (seed: number, lane: number) => {
  const plan = new StormPlan(seed, lane, models);
  return Array.from({ length: 400 }, () => plan.call());
};

describe("the plan of a storm", () => {
  it("is the same for the same seed and lane, and another for another", () => {
    expect(calls(7, 1)).to.deep.equal(calls(7, 1));
    expect(calls(7, 1)).to.not.deep.equal(calls(8, 1));
    expect(calls(7, 1)).to.not.deep.equal(calls(7, 2));
  });

  it("holds every kind of call, names every model, and leaves some streams", () => {
    const all = calls(1, 1);
    const kinds = new Set(all.map(({ kind }) => kind));
    expect(kinds).to.deep.equal(new Set(["generate", "chat", "stream", "leave", "load", "unload", "look"]));
    expect(new Set(all.map(({ body }) => body?.model_id))).to.deep.equal(new Set([undefined, ...models]));
    expect(all.every(({ kind, leaveAfter }) => (kind === "leave") === (leaveAfter !== null))).to.equal(true);
  });

  it("gives a request 2 s beyond its max_time", () => {
    for (const { body, limitMs } of calls(1, 1)) {
      if (body?.max_time !== undefined) expect(limitMs).to.equal(Number(body.max_time) * 1000 + 2000);
    }
  });

  it("kills, pauses and hangs engines", () => {
    const plan = new StormPlan(1, 0, models);
    const blows = Array.from({ length: 200 }, () => plan.blow());
    expect(new Set(blows.map(({ kind }) => kind))).to.deep.equal(new Set(["kill", "pause", "hang"]));
    for (const { which, waitMs } of blows) {
      expect(which).to.be.within(0, 1);
      expect(waitMs).to.be.within(500, 4000);
    }
  });
});
