import { expect } from "chai";
import { type Slot, Slots } from "../../../src/server/llama/slots.js";
import { talk } from "./memory-bench.js";

const home = { key: "home", pieceTokens: null };

/** Slots that read these prompts of the key "home", each a beginning of what it was to read. */
function reading(...held: readonly [prompt: number, read: number][]): { slots: Slots; all: Slot[] } {
  const slots = new Slots(held.length + 1);
  const all = held.map(([prompt, read]) => {
    const slot = slots.take({ ...home, prompt: talk(0, prompt) }) as Slot;
    slot.key = "home";
    slot.tokens.push(...talk(0, read));
    return slot;
  });
  return { slots, all };
}

describe("Slots", () => {
  it("gives each slot once, and none when all are busy", () => {
    const slots = new Slots(3);
    const taken = Array.from({ length: 4 }, () => slots.take({ ...home, prompt: talk(0, 20) }));
    expect(taken.map((slot) => slot?.id)).to.deep.equal([0, 1, 2, undefined]);
    expect(slots.busy).to.equal(3);
  });

  it("gives those that hold conversations in the order in which they were used", () => {
    const slots = new Slots(3);
    for (const n of [0, 1, 2, 3, 4]) {
      const slot = slots.take({ ...home, prompt: talk(n * 1000, 40) }) as Slot;
      expect(slot.id).to.equal(n % 3);
      slot.key = "home";
      slot.tokens.splice(0, slot.tokens.length, ...talk(n * 1000, 40));
      slots.release(slot);
    }
  });

  it("counts nothing in common with what another key left", () => {
    const { slots } = reading([40, 40]);
    const prompt = talk(0, 50);
    expect(slots.facts({ ...home, prompt })[0]).to.include({ held: 40, shared: 40, usable: 40 });
    expect(slots.facts({ ...home, prompt, key: "guest" })[0]).to.include({ held: 40, shared: 0, usable: 0 });
  });

  it("says which conversation leaves next, and none while a slot is empty", () => {
    const { slots, all } = reading([40, 40]);
    for (const slot of all) slots.release(slot);
    expect(slots.nextToLeave()).to.equal(null);
    const last = slots.take({ ...home, prompt: talk(1000, 40) }) as Slot;
    last.key = "home";
    last.tokens.push(...talk(1000, 40));
    slots.release(last);
    expect(slots.nextToLeave()?.id).to.equal(0);
  });
});

describe("a slot whose prompt another one is reading", () => {
  const waitsFor = (held: readonly [number, number][], over: object = {}, usable = 0): number | undefined => {
    const { slots } = reading(...held);
    const late = slots.take({ ...home, prompt: talk(0, 300), ...over }) as Slot;
    return slots.readerAhead(late, usable, 8)?.id;
  };

  it("waits for it", () => expect(waitsFor([[400, 100]])).to.equal(0));
  it("does not wait once all that they share is read", () => expect(waitsFor([[400, 299]])).to.equal(undefined));
  it("waits for no other key", () => expect(waitsFor([[400, 100]], { key: "guest" })).to.equal(undefined));
  it("does not wait for a few tokens", () => expect(waitsFor([[400, 100]], {}, 292)).to.equal(undefined));
  it("waits in whole pieces for those that read whole pieces only", () => {
    expect(waitsFor([[400, 100]], { pieceTokens: 128 })).to.equal(undefined);
  });

  it("is not waited for by those that came before it", () => {
    const { slots, all } = reading([400, 0], [400, 0]);
    expect(slots.readerAhead(all[0] as Slot, 0, 8)).to.equal(undefined);
    expect(slots.readerAhead(all[1] as Slot, 0, 8)?.id).to.equal(0);
  });
});
