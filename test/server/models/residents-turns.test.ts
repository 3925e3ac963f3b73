import { expect } from "chai";
import { leastTurnMs, nextStep } from "../../../src/server/models/residents-plan.js";
import { rawRequest, testCaller } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

// every request lasts half a second, four run at once, and there is always a next one for both models
const requestMs = 500;
const stepMs = 50;
const slots = 4;
const oneModel = { models: 1, bytes: Number.POSITIVE_INFINITY, freeBytes: 1e9 };

interface Turn {
  readonly model: string;
  /** When it answers, in milliseconds. */
  readonly readyAt: number;
}

/** Two models of which one fits, both wanted at every moment. */
class Alternation {
  readonly turns: Turn[] = [{ model: "a", readyAt: 0 }];
  readonly #loadMs: number;
  #running: number[] = [];

  constructor(loadMs: number) {
    this.#loadMs = loadMs;
  }

  tick(now: number): void {
    const { model, readyAt } = this.turns.at(-1) as Turn;
    this.#running = this.#running.filter((end) => end > now);
    if (now < readyAt) return;
    const other = model === "a" ? "b" : "a";
    const { step } = nextStep(
      { model: other, bytes: 1, isExplicit: false },
      [
        {
          key: model,
          model,
          bytes: 1,
          requests: this.#running.length,
          idleMs: 0,
          readyMs: now - readyAt,
          loadMs: this.#loadMs,
          isPinned: false,
          isLeaving: false,
        },
      ],
      oneModel,
    );
    if (step === "unload" || (step === "drain" && this.#running.length === 0)) {
      this.turns.push({ model: other, readyAt: now + this.#loadMs });
    } else if (step !== "drain") {
      while (this.#running.length < slots) this.#running.push(now + requestMs);
    }
  }
}

describe("two models under endless requests, where one has room", () => {
  for (const loadMs of [100, 1000, 10_000, 30_000]) {
    it(`take turns when a load takes ${loadMs} ms: no wait is without bound, and loads take at most half of the time`, () => {
      const alternation = new Alternation(loadMs);
      for (let now = 0; now < 600_000; now += stepMs) alternation.tick(now);
      const { turns } = alternation;
      expect(turns.length).to.be.greaterThan(8);
      expect(turns.every(({ model }, index) => model === (index % 2 === 0 ? "a" : "b"))).to.equal(true);
      const waits = turns.slice(1).map((turn, index) => turn.readyAt - (turns[index]?.readyAt ?? 0));
      expect(Math.max(...waits)).to.be.at.most(Math.max(leastTurnMs, loadMs) + requestMs + loadMs + 2 * stepMs);
      expect(loadMs / Math.min(...waits)).to.be.at.most(0.5);
    });
  }
});

describe("a model that leaves for another one", () => {
  it("goes at once when all its requests are over, though one of them still holds a slot", async () => {
    const bench = new ResidentsBench(["a", "b"], { resident: 1 });
    // a loop that never ends would hold up the very timer that fails this test
    let looks = 0;
    Object.defineProperty(bench, "freeBytes", {
      get: () => {
        looks += 1;
        if (looks > 1000) throw new Error("It looks again and again.");
        return Number.POSITIVE_INFINITY;
      },
    });
    try {
      await bench.models.load("a");
      bench.engine("a").hang();
      const stuck = bench.models.generate("a", rawRequest("x"), testCaller);
      const other = bench.models.generate("b", rawRequest("x"), testCaller);
      await bench.until(() => bench.models.status().loading === null);
      await bench.pass(leastTurnMs);
      expect(bench.loads).to.have.length(1);
      stuck.cancel("client");
      expect(bench.engine("a").busy).to.equal(1);
      expect((await other).model).to.equal("b");
    } finally {
      await bench.close();
    }
  });
});
