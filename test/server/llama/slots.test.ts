import { expect } from "chai";
import type { Token } from "node-llama-cpp";
import { type Slot, Slots } from "../../../src/server/llama/slots.js";

const tokens = (...values: number[]): Token[] => values as Token[];
const talk = (start: number, length: number): Token[] => Array.from({ length }, (_, n) => (start + n) as Token);

/** Slots whose sequences hold these tokens of the key "home". */
function slotsWith(...held: Token[][]): Slots {
  const slots = new Slots(held.length);
  const all = held.map(() => slots.take([], "home") as Slot);
  for (const [index, slot] of all.entries()) {
    slot.tokens.push(...(held[index] ?? []));
    slots.release(slot);
  }
  return slots;
}

const takeIds = (slots: Slots, count: number): (number | undefined)[] =>
  Array.from({ length: count }, () => slots.take(tokens(1, 2), "home")?.id);

describe("Slots", () => {
  it("gives the lowest of equal slots, and none when all are busy", () => {
    expect(takeIds(slotsWith([], [], []), 4)).to.deep.equal([0, 1, 2, undefined]);
  });

  it("gives the slot that holds the longest beginning of the prompt", () => {
    const slots = slotsWith(talk(100, 10), talk(100, 30), talk(100, 20));
    expect(slots.take(talk(100, 40), "home")?.id).to.equal(1);
    expect(slots.take(talk(100, 40), "home")?.id).to.equal(2);
  });

  it("does not let a few tokens in common decide", () => {
    expect(slotsWith([], tokens(1, 5, 6)).take(tokens(1, 5, 7), "home")?.id).to.equal(0);
  });

  it("does not count the prompt's last token, which is read anyway", () => {
    expect(slotsWith(talk(1, 8), talk(1, 9)).take(talk(1, 9), "home")?.id).to.equal(0);
  });

  it("fills the gap between busy slots first", () => {
    const slots = slotsWith([], [], [], [], []);
    const taken = Array.from({ length: 5 }, () => slots.take(tokens(1), "home") as Slot);
    for (const id of [3, 1, 4]) slots.release(taken[id] as Slot);
    // 0 and 2 are busy: 1 joins them, 3 then extends the run, 4 is last
    expect(takeIds(slots, 3)).to.deep.equal([1, 3, 4]);
  });

  it("forgets the conversation that rested longest", () => {
    const slots = slotsWith([], [], []);
    const order = [0, 1, 2].map(() => slots.take(tokens(1), "home") as Slot);
    for (const slot of order) slots.release(slot);
    for (const expected of [0, 1, 2, 0]) {
      const slot = slots.take(tokens(1), "home") as Slot;
      expect(slot.id).to.equal(expected);
      slots.release(slot);
    }
  });

  it("gives nothing of what another key's prompt left, and says that it is to be erased", () => {
    const slots = slotsWith(talk(100, 40));
    const slot = slots.take(talk(100, 40), "stranger") as Slot;
    expect([slot.mustForget, slot.key]).to.deep.equal([true, "stranger"]);
  });

  it("prefers the own conversation to a longer one of another key", () => {
    const slots = slotsWith(talk(100, 40), talk(100, 20));
    const strangers = slots.take(talk(1, 30), "stranger") as Slot;
    slots.release(strangers);
    expect(strangers.id).to.equal(0);
    expect(slots.take(talk(100, 40), "home")?.id).to.equal(1);
  });

  it("keeps asking for the erasure until somebody did it", () => {
    const slots = slotsWith(talk(100, 20));
    slots.release(slots.take(talk(100, 20), "stranger") as Slot);
    expect(slots.take(talk(100, 20), "stranger")?.mustForget).to.equal(true);
  });
});
