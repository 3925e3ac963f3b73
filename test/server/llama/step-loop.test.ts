import { expect } from "chai";
import type { Token } from "node-llama-cpp";
import type { LaneTask } from "../../../src/server/llama/lane.js";
import { type Slot, Slots } from "../../../src/server/llama/slots.js";
import { StepLoop } from "../../../src/server/llama/step-loop.js";
import { rejection } from "../../support/rejection.js";
import { FakeContext } from "./fake-context.js";

const tokens = (...values: number[]): Token[] => values as Token[];
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A loop over four slots that reads 4 tokens of a prompt at a time. */
class Bench {
  readonly context = new FakeContext();
  readonly slots: readonly Slot[];
  readonly measured: number[] = [];
  threads = 1;
  readonly loop = new StepLoop(this.context.native, 4, {
    beforeStep: () => this.threads,
    afterStep: (_ms, rows) => this.measured.push(rows),
  });

  constructor() {
    const slots = new Slots(4);
    this.slots = Array.from({ length: 4 }, () => slots.take({ prompt: [], key: "home", pieceTokens: null }) as Slot);
  }

  /** Answers a prompt of so many tokens on a slot; resolves with the answer. */
  async run(id: number, promptTokens: number, newTokens: number, over: Partial<LaneTask> = {}): Promise<Token[]> {
    const answer: Token[] = [];
    const slot = this.slots[id] as Slot;
    await this.loop.run({
      slot,
      prompt: Array.from({ length: promptTokens }, (_, n) => n as Token),
      choose: this.context.chooser(),
      signal: new AbortController().signal,
      take: (token) => (answer.push(token) < newTokens ? [token] : null),
      draftRoom: null,
      ...over,
    });
    return answer;
  }

  get shapes(): string[] {
    return this.context.steps.map((parts) =>
      parts.map(({ id, position, tokens }) => `${id}@${position}+${tokens}`).join(" "),
    );
  }
}

describe("StepLoop", () => {
  it("reads a prompt in pieces, then makes a row for each token but the last", async () => {
    const bench = new Bench();
    bench.context.answer = [11, 12, 13];
    expect(await bench.run(0, 6, 3)).to.deep.equal([11, 12, 13]);
    expect(bench.shapes).to.deep.equal(["0@0+4", "0@4+2", "0@6+1", "0@7+1"]);
    expect(bench.slots[0]?.tokens).to.deep.equal([0, 1, 2, 3, 4, 5, 11, 12]);
    expect(bench.slots[0]?.wholeTokens).to.equal(4);
    expect([bench.loop.decodes, bench.loop.decodedRows]).to.deep.equal([4, 8]);
  });

  it("puts the rows of all sequences into one step, in their order, and each prompt into one of its own", async () => {
    const bench = new Bench();
    await Promise.all([bench.run(2, 2, 3), bench.run(0, 2, 3), bench.run(3, 2, 3)]);
    expect(bench.shapes).to.deep.equal(["2@0+2", "0@0+2", "0@2+1 2@2+1", "3@0+2", "0@3+1 2@3+1 3@2+1", "3@3+1"]);
  });

  it("goes on behind what a slot holds already", async () => {
    const bench = new Bench();
    await bench.run(0, 6, 1);
    await bench.run(0, 9, 1);
    expect(bench.shapes.slice(2)).to.deep.equal(["0@6+2", "0@8+1"]);
    // positions 4 to 8 were read in two parts
    expect(bench.slots[0]?.wholeTokens).to.equal(4);
  });

  it("feeds what is said for the model row by row, and asks it again behind the last", async () => {
    const bench = new Bench();
    bench.context.answer = [11, 12];
    const answer: Token[] = [];
    const take = (token: Token): Token[] | null => {
      answer.push(token);
      return token === 11 ? tokens(11, 50, 51) : null;
    };
    await bench.run(0, 2, 0, { take });
    expect(bench.shapes).to.deep.equal(["0@0+2", "0@2+1", "0@3+1", "0@4+1"]);
    expect(bench.slots[0]?.tokens).to.deep.equal([0, 1, 11, 50, 51]);
    expect(answer).to.deep.equal([11, 12]);
  });

  it("fails the one that fails alone, too, and nobody beside it", async () => {
    const bench = new Bench();
    bench.context.failure = (step) =>
      step.some(({ sequenceId, position }) => sequenceId === 1 && position === 3) ? new Error("no slot") : undefined;
    const runs = [0, 1, 2].map((id) => bench.run(id, 2, 5));
    const failed = rejection(runs[1] as Promise<unknown>);
    expect(await failed).to.have.property("message", "no slot");
    for (const id of [0, 2]) {
      expect((await runs[id])?.length).to.equal(5);
      expect(bench.slots[id]?.tokens).to.deep.equal([0, 1, 7, 7, 7, 7]);
      expect(bench.context.held.get(id)).to.deep.equal(bench.slots[id]?.tokens);
    }
  });

  it("fails all of a step that failed where the model cannot take it back", async () => {
    const bench = new Bench();
    bench.context.canGoBack = false;
    bench.context.failure = (step) => (step.length > 1 ? new Error("no slot") : undefined);
    const errors = await Promise.all([rejection(bench.run(0, 2, 5)), rejection(bench.run(1, 2, 5))]);
    for (const error of errors) expect(error.message).to.contain("cannot take back");
  });

  it("lets an answer that throws fail alone", async () => {
    const bench = new Bench();
    const take = (): null => {
      throw new Error("no text");
    };
    const other = bench.run(1, 2, 4);
    expect(await rejection(bench.run(0, 2, 4, { take }))).to.have.property("message", "no text");
    expect((await other).length).to.equal(4);
  });

  it("ends one that is cancelled before its next step, and takes no token of it any more", async () => {
    const bench = new Bench();
    const controller = new AbortController();
    let taken = 0;
    const take = (token: Token): Token[] => {
      taken += 1;
      return [token];
    };
    bench.context.beforeToken = async () => {
      if (bench.context.steps.length === 3) controller.abort();
    };
    await bench.run(0, 2, 0, { take, signal: controller.signal });
    expect([taken, bench.context.steps.length]).to.deep.equal([2, 3]);
    // all that was computed is still known
    expect(bench.context.held.get(0)).to.deep.equal(bench.slots[0]?.tokens);
  });

  it("never begins one that was cancelled before", async () => {
    const bench = new Bench();
    await bench.run(0, 2, 3, { signal: AbortSignal.abort() });
    expect(bench.shapes).to.deep.equal([]);
  });

  it("does other work between two steps, one after the other, and hands on what it fails with", async () => {
    const bench = new Bench();
    const order: string[] = [];
    bench.context.onStep = () => order.push("step");
    const run = bench.run(0, 2, 3);
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await turn();
      order.push(`${name} ends`);
    };
    await Promise.all([bench.loop.betweenSteps(work("one")), bench.loop.betweenSteps(work("two"))]);
    await run;
    const begun = order.indexOf("one begins");
    expect(order.slice(begun, begun + 4)).to.deep.equal(["one begins", "one ends", "two begins", "two ends"]);
    const broken = rejection(bench.loop.betweenSteps(() => Promise.reject(new Error("full"))));
    expect(await broken).to.have.property("message", "full");
    expect((await bench.run(1, 2, 3)).length).to.equal(3);
  });

  it("gives each step the threads there are, and tells how many rows it had", async () => {
    const bench = new Bench();
    const threads: number[] = [];
    bench.context.beforeToken = async () => {
      threads.push(bench.context.threads);
      bench.threads += 1;
    };
    await bench.run(0, 3, 3);
    expect(threads).to.deep.equal([1, 2, 3]);
    expect(bench.measured).to.deep.equal([3, 1, 1]);
  });

  describe("that may guess", () => {
    const copied = tokens(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4);

    it("checks guesses in one step, takes those that are right, and takes back the others", async () => {
      const bench = new Bench();
      bench.context.answer = [5, 6, 7, 8, 9, 10];
      const answer = await bench.run(0, 0, 6, { prompt: copied, draftRoom: 100 });
      expect(answer).to.deep.equal([5, 6, 7, 8, 9, 10]);
      expect(bench.shapes.slice(3)).to.deep.equal(["0@12+5", "0@16+1"]);
      expect(bench.slots[0]?.tokens).to.deep.equal([...copied, 5, 6, 7, 8, 9]);
      expect(bench.context.held.get(0)).to.deep.equal(bench.slots[0]?.tokens);
    });

    it("gives the same answer as without, in fewer steps, and counts what it guessed", async () => {
      const bench = new Bench();
      bench.context.answer = [5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 99, 5];
      const plain = await bench.run(0, 0, 16, { prompt: copied });
      const steps = bench.context.steps.length;
      const slot = bench.slots[1] as Slot;
      const guessed: Token[] = [];
      const guesses = await bench.loop.run({
        slot,
        prompt: copied,
        choose: bench.context.chooser(),
        signal: new AbortController().signal,
        take: (token) => (guessed.push(token) < 16 ? [token] : null),
        draftRoom: 100,
      });
      expect(guessed).to.deep.equal(plain);
      expect(bench.context.steps.length - steps).to.be.lessThan(steps / 2);
      expect(guesses.acceptedTokens).to.be.within(10, guesses.draftTokens);
      expect(slot.tokens).to.deep.equal(bench.slots[0]?.tokens);
      expect(bench.context.held.get(1)).to.deep.equal(slot.tokens);
    });

    it("never reads past the room there is", async () => {
      const bench = new Bench();
      bench.context.answer = [5, 6, 7, 8];
      await bench.run(0, 0, 4, { prompt: copied, draftRoom: 15 });
      expect(bench.shapes.slice(3)).to.deep.equal(["0@12+3"]);
    });

    it("takes back what was guessed when the answer ends before it", async () => {
      const bench = new Bench();
      bench.context.answer = [5, 6];
      await bench.run(0, 0, 2, { prompt: copied, draftRoom: 100 });
      expect(bench.context.held.get(0)).to.deep.equal([...copied, 5]);
      expect(bench.slots[0]?.tokens).to.deep.equal([...copied, 5]);
    });

    it("does not go on with a guess behind what was said for the model", async () => {
      const bench = new Bench();
      bench.context.answer = [5, 6, 20, 21];
      const answer: Token[] = [];
      const take = (token: Token): Token[] | null => {
        answer.push(token);
        if (token === 6) return tokens(6, 30, 31);
        return answer.length < 4 ? [token] : null;
      };
      await bench.run(0, 0, 0, { prompt: copied, draftRoom: 100, take });
      expect(answer).to.deep.equal([5, 6, 20, 21]);
      expect(bench.slots[0]?.tokens).to.deep.equal([...copied, 5, 6, 30, 31, 20]);
      expect(bench.context.held.get(0)).to.deep.equal(bench.slots[0]?.tokens);
    });
  });
});
