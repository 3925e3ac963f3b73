import { expect } from "chai";
import type { Token } from "node-llama-cpp";
import { commonPrefix, keepFirst, replaceTokens, reusable } from "../../../src/server/llama/reuse.js";
import { type Slot, Slots } from "../../../src/server/llama/slots.js";
import { FakeContext } from "./fake-context.js";

const talk = (length: number, start = 0): Token[] => Array.from({ length }, (_, n) => (start + n) as Token);

describe("commonPrefix", () => {
  it("counts what two lists begin with in common", () => {
    expect(commonPrefix(talk(5), talk(9))).to.equal(5);
    expect(commonPrefix(talk(9), [...talk(3), ...talk(3, 50)])).to.equal(3);
    expect(commonPrefix(talk(3), talk(3, 1))).to.equal(0);
    expect(commonPrefix([], talk(3))).to.equal(0);
  });
});

describe("replaceTokens", () => {
  it("takes more tokens than a call may have arguments", () => {
    const list = talk(3);
    replaceTokens(list, talk(500_000, 7));
    expect([list.length, list[0], list.at(-1)]).to.deep.equal([500_000, 7, 500_006]);
  });
});

describe("reusable", () => {
  for (const [name, held, wholeTokens, prompt, pieceTokens, kept] of [
    ["every token in common", 300, 256, talk(400), null, 300],
    ["all but the last of the same prompt", 300, 256, talk(300), null, 299],
    ["whole pieces only, for exactness", 300, 256, talk(400), 128, 256],
    ["whole pieces below the point where they part", 300, 256, [...talk(200), ...talk(9, 900)], 128, 128],
    ["no piece that was not read whole", 600, 128, talk(700), 128, 128],
    ["no piece that the prompt ends with", 256, 256, talk(256), 128, 128],
    ["nothing of less than a piece", 100, 0, talk(100), 128, 0],
  ] as const) {
    it(`is ${name}`, () => {
      expect(reusable({ tokens: talk(held), wholeTokens }, prompt, pieceTokens)).to.equal(kept);
    });
  }
});

describe("keepFirst", () => {
  function bench(): { context: FakeContext; slot: Slot } {
    const context = new FakeContext();
    const slot = new Slots(1).take({ prompt: [], key: "home", pieceTokens: null }) as Slot;
    slot.tokens.push(...talk(300));
    slot.wholeTokens = 256;
    context.held.set(0, talk(300));
    return { context, slot };
  }
  const heldBy = ({ context, slot }: ReturnType<typeof bench>): number[] => [
    slot.tokens.length,
    context.held.get(0)?.length ?? -1,
    slot.wholeTokens,
  ];

  it("takes off the end, and counts no piece as whole that was cut", () => {
    const one = bench();
    expect(keepFirst(one.context.native, one.slot, 200, 128)).to.equal(200);
    expect(heldBy(one)).to.deep.equal([200, 200, 128]);
  });

  it("touches nothing where all is kept", () => {
    const one = bench();
    one.context.canGoBack = false;
    expect(keepFirst(one.context.native, one.slot, 300, 128)).to.equal(300);
    expect(heldBy(one)).to.deep.equal([300, 300, 256]);
  });

  it("empties what cannot go back", () => {
    const one = bench();
    one.context.canGoBack = false;
    expect(keepFirst(one.context.native, one.slot, 200, 128)).to.equal(0);
    expect(heldBy(one)).to.deep.equal([0, 0, 0]);
  });

  it("empties what holds only its last positions, as a sliding window does", () => {
    const one = bench();
    one.context.firstPosition = 44;
    expect(keepFirst(one.context.native, one.slot, 299, 128)).to.equal(0);
    expect(heldBy(one)).to.deep.equal([0, 0, 0]);
  });

  it("empties a sequence of which nothing is known", () => {
    const one = bench();
    one.slot.tokens.length = 0;
    expect(keepFirst(one.context.native, one.slot, 0, 128)).to.equal(0);
    expect(heldBy(one)).to.deep.equal([0, 0, 0]);
  });
});
