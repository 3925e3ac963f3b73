import { expect } from "chai";
import { FairQueue } from "../../../src/server/engine/fair-queue.js";
import { Generation } from "../../../src/server/engine/generation.js";
import { callerNamed, rawRequest } from "../../support/requests.js";

const of = (key: string, characters = 4): Generation =>
  new Generation(rawRequest("x".repeat(characters)), callerNamed(key, { isOwner: key === "owner" }));

describe("FairQueue", () => {
  it("serves one key in the order of arrival", () => {
    const queue = new FairQueue(3, 4);
    const all = [of("a"), of("a"), of("a")];
    for (const one of all) queue.join(one);
    expect([queue.next(), queue.next(), queue.next(), queue.next()]).to.deep.equal([...all, undefined]);
  });

  it("tells everyone their place, from 1, as others come and leave", () => {
    const queue = new FairQueue(9, 1);
    const [first, second, other] = [of("a"), of("a"), of("b")];
    for (const one of [first, second, other]) queue.join(one);
    expect([first, second, other].map((one) => queue.position(one))).to.deep.equal([1, 3, 2]);
    expect(queue.leave(first)).to.equal(true);
    expect([first, second, other].map((one) => queue.position(one))).to.deep.equal([null, 1, 2]);
  });

  it("gives the next slot to the one it told to be first", () => {
    const queue = new FairQueue(9, 2);
    for (const key of ["a", "b", "a", "c", "b"]) queue.join(of(key));
    for (let left = 5; left > 0; left -= 1) {
      const first = [...waitingIn(queue)].find((one) => queue.position(one) === 1);
      const next = queue.next();
      expect(next).to.equal(first);
      if (next !== undefined) queue.ended(next);
    }
  });

  it("has no room at its capacity, except for a slot that is free", () => {
    const queue = new FairQueue(0, 1);
    expect(queue.hasRoomFor(callerNamed("a"))).to.equal(true);
    queue.join(of("a"));
    queue.next();
    expect(queue.hasRoomFor(callerNamed("a"))).to.equal(false);
  });

  it("has room for another key when one key fills it, and sends away that key's last", () => {
    const queue = new FairQueue(3, 1);
    const greedy = [of("a"), of("a"), of("a")];
    for (const one of greedy) queue.join(one);
    expect(queue.hasRoomFor(callerNamed("a"))).to.equal(false);
    expect(queue.hasRoomFor(callerNamed("b"))).to.equal(true);
    expect(queue.join(of("b"))).to.equal(greedy[2]);
    expect(queue.length).to.equal(3);
  });

  it("sends nobody away for one that gets a slot at once", () => {
    const queue = new FairQueue(2, 4);
    for (const key of ["a", "a", "b", "a", "a"]) {
      queue.join(of(key));
      if (queue.busy < 3) queue.next();
    }
    expect([queue.length, queue.busy]).to.deep.equal([2, 3]);
    expect(queue.join(of("c"))).to.equal(undefined);
    expect(queue.next()?.caller.key).to.equal("c");
  });

  it("says that somebody who is not there did not leave", () => {
    expect(new FairQueue(1, 1).leave(of("a"))).to.equal(false);
  });

  it("gives back everyone when it is cleared", () => {
    const queue = new FairQueue(2, 1);
    const both = [of("a"), of("b")];
    for (const one of both) queue.join(one);
    expect(queue.clear()).to.deep.equal(both);
    expect(queue.length).to.equal(0);
  });

  it("starts the owner and a newcomer at once where his slot is kept, whatever one key has waiting", () => {
    const queue = new FairQueue(99, 4);
    queue.keepsOwnerSlot = true;
    for (let index = 0; index < 20; index += 1) queue.join(of("stranger"));
    while (queue.next() !== undefined);
    expect(queue.busy).to.equal(2);
    const newcomer = of("newcomer");
    queue.join(newcomer);
    expect(queue.next()).to.equal(newcomer);
    expect(queue.next()).to.equal(undefined);
    const owner = of("owner");
    queue.join(owner);
    expect(queue.position(owner)).to.equal(1);
    expect(queue.next()).to.equal(owner);
  });

  it("counts the tokens that run, not the slots that they have", () => {
    const queue = new FairQueue(9, 8);
    for (const one of [of("a", 40_000), of("b"), of("b")]) queue.join(one);
    while (queue.next() !== undefined);
    expect(queue.busy).to.equal(3);
    for (const key of ["a", "b"]) queue.join(of(key));
    expect(queue.next()?.caller.key).to.equal("b");
  });

  it("forgets what a key was served after a while", () => {
    let now = 0;
    const queue = new FairQueue(9, 1, () => now);
    queue.join(of("a", 40_000));
    queue.ended(queue.next() as Generation);
    const orderOfTwo = (): (string | undefined)[] => {
      for (const key of ["a", "b"]) queue.join(of(key));
      const keys = [queue.next(), queue.clear()[0]].map((one) => one?.caller.key);
      for (const one of queue.running) queue.ended(one);
      return keys;
    };
    expect(orderOfTwo()).to.deep.equal(["b", "a"]);
    now += 3_600_000;
    expect(orderOfTwo()).to.deep.equal(["a", "b"]);
  });

  it("gives eight greedy keys of different habits nearly the same share", () => {
    const shares = sharesOf([20, 40, 60, 80, 120, 200, 400, 800]);
    expect(jain(shares), shares.join(" ")).to.be.at.least(0.95);
  });
});

/** Tokens that keys get on 4 slots in 40,000 steps of 5 ms; each keeps ten requests of so many tokens in the queue. */
function sharesOf(habits: readonly number[]): number[] {
  let now = 0;
  const queue = new FairQueue(1000, 4, () => now);
  const served = habits.map(() => 0);
  const send = (index: number): void => {
    queue.join(of(String(index)));
  };
  const step = (one: Generation): void => {
    const index = Number(one.caller.key);
    if (one.promptTokens === null) one.begin({ promptTokens: 1, maxTokens: 1000 });
    one.push({ text: "" }, one.completionTokens + 1);
    served[index] = (served[index] ?? 0) + 1;
    if (one.completionTokens < (habits[index] ?? 0)) return;
    one.finish({ finishReason: "length", completionTokens: one.completionTokens });
    queue.ended(one);
    send(index);
  };
  for (let round = 0; round < 10; round += 1) for (const index of habits.keys()) send(index);
  for (let count = 0; count < 40_000; count += 1) {
    now += 5;
    while (queue.next() !== undefined);
    for (const one of [...queue.running]) step(one);
  }
  return served;
}

/** Jain's index: 1 when all have the same, 1/n when one has all. */
function jain(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return (sum * sum) / (shares.length * squares);
}

function waitingIn(queue: FairQueue): Generation[] {
  const all = queue.clear();
  for (const one of all) queue.join(one);
  return all;
}
