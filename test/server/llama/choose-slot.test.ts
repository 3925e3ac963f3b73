import { expect } from "chai";
import {
  chooseSlot,
  chooseSource,
  type KeptFacts,
  type SlotChoice,
  type SlotFacts,
  type Source,
} from "../../../src/server/llama/choose-slot.js";

/** A free slot that holds `held` tokens, `shared` of them the prompt's beginning, all of them read as a prompt. */
const slot = (id: number, held: number, shared: number, over: Partial<SlotFacts> = {}): SlotFacts => ({
  id,
  isBusy: false,
  held,
  shared,
  usable: Math.min(shared, 199),
  promptLength: held,
  isMovable: true,
  isKept: false,
  lastUse: held === 0 ? 0 : id + 1,
  ...over,
});
const busy = (id: number, held: number, shared: number, over: Partial<SlotFacts> = {}): SlotFacts =>
  slot(id, held, shared, { isBusy: true, ...over });
const empty = (id: number): SlotFacts => slot(id, 0, 0);
const kept = (id: number, held: number, usable: number): KeptFacts => ({ id, held, usable });
const nowhere = { from: "nowhere", tokens: 0 } as const;
const own = (tokens: number): Source => ({ from: "slot", tokens });
const copied = (id: number, tokens: number): Source => ({ from: "other slot", id, tokens });
const restored = (id: number, tokens: number): Source => ({ from: "kept", id, tokens });

interface Row {
  readonly fact: string;
  readonly slots: readonly SlotFacts[];
  readonly kept?: readonly KeptFacts[];
  /** Default: a prompt of 200 tokens, contexts of 4096. */
  readonly over?: { readonly promptLength?: number; readonly context?: number };
  /** Slot, reason, source, whether what it held must be kept. */
  readonly choice: readonly [number, SlotChoice["because"], Source, boolean];
}

const [mine, cheap, oldest] = ["it holds this conversation", "it loses nothing", "it was unused for longest"] as const;

const rows: readonly Row[] = [
  {
    fact: "gives the lowest of empty slots",
    slots: [empty(0), empty(1)],
    choice: [0, cheap, nowhere, false],
  },
  {
    fact: "gives a conversation its own slot, whoever else begins alike",
    slots: [slot(0, 90, 60), slot(1, 80, 80), empty(2)],
    choice: [1, mine, own(80), false],
  },
  {
    fact: "lets 16 tokens of it go",
    slots: [slot(0, 96, 80), empty(1)],
    choice: [0, mine, own(80), false],
  },
  {
    fact: "takes it for another conversation from 17 lost tokens on, and copies the beginning into an empty slot",
    slots: [slot(0, 97, 80), empty(1)],
    choice: [1, cheap, copied(0, 80), false],
  },
  {
    fact: "knows a conversation again whose answer comes back written otherwise",
    slots: [slot(0, 97, 60, { promptLength: 60 }), empty(1)],
    choice: [0, mine, own(60), false],
  },
  {
    fact: "does not let a long answer go that was kept",
    slots: [slot(0, 200, 60, { promptLength: 60 }), empty(1)],
    choice: [1, cheap, copied(0, 60), false],
  },
  {
    fact: "asks for an answer anew where the prompt stands",
    slots: [slot(0, 150, 99, { promptLength: 100 }), slot(1, 150, 100, { promptLength: 100 }), empty(2)],
    over: { promptLength: 100 },
    choice: [1, mine, own(100), false],
  },
  {
    fact: "does not take a few tokens in common for a conversation",
    slots: [slot(0, 7, 7, { lastUse: 9 }), empty(1)],
    choice: [1, cheap, nowhere, false],
  },
  {
    fact: "takes the slot unused for longest when all hold conversations, and says that what it held must be kept",
    slots: [slot(0, 90, 0, { lastUse: 3 }), slot(1, 90, 0, { lastUse: 2 }), slot(2, 90, 0, { lastUse: 4 })],
    choice: [1, oldest, nowhere, true],
  },
  {
    fact: "lets age decide over conversations that share as much, dead ones among them",
    slots: [slot(0, 300, 60, { lastUse: 7 }), slot(1, 100, 60, { lastUse: 8 }), slot(2, 600, 60, { lastUse: 6 })],
    choice: [2, oldest, own(60), true],
  },
  {
    fact: "takes what is kept already before what would have to be kept",
    slots: [slot(0, 90, 0), slot(1, 90, 0, { isKept: true })],
    choice: [1, cheap, nowhere, false],
  },
  {
    fact: "copies from a busy slot",
    slots: [busy(0, 300, 164), empty(1)],
    choice: [1, cheap, copied(0, 164), false],
  },
  {
    fact: "copies from the slot that shares most",
    slots: [slot(0, 300, 50), slot(1, 300, 70), slot(2, 300, 60), empty(3)],
    choice: [3, cheap, copied(1, 70), false],
  },
  {
    fact: "does not copy what its own slot has but for a few tokens",
    slots: [slot(0, 300, 67, { lastUse: 9 }), slot(1, 300, 60)],
    choice: [1, oldest, own(60), true],
  },
  {
    fact: "does not copy a large context for a few tokens",
    slots: [slot(0, 300, 60), empty(1)],
    over: { context: 32_768 },
    choice: [1, cheap, nowhere, false],
  },
  {
    fact: "puts a kept conversation back where nothing else has as much of it",
    slots: [slot(0, 300, 60), slot(1, 300, 60)],
    kept: [kept(7, 500, 50), kept(8, 150, 150)],
    choice: [0, oldest, restored(8, 150), true],
  },
  {
    fact: "does not put a long one back for a few tokens of it",
    slots: [slot(0, 300, 60), slot(1, 300, 60)],
    kept: [kept(7, 3200, 159)],
    choice: [0, oldest, own(60), true],
  },
  {
    fact: "counts what may be built on for the source, and what is shared for the slot",
    slots: [slot(0, 190, 190, { usable: 128 }), slot(1, 300, 160, { usable: 128 })],
    choice: [0, mine, own(128), false],
  },
  {
    fact: "copies what may be built on in whole pieces",
    slots: [busy(0, 300, 190, { usable: 128 }), slot(1, 40, 40, { usable: 0 })],
    choice: [1, mine, copied(0, 128), false],
  },
  {
    fact: "fills the gap between busy slots before it extends their run",
    slots: [busy(0, 50, 0), empty(1), busy(2, 50, 0), empty(3)],
    choice: [1, cheap, nowhere, false],
  },
  {
    fact: "extends a run before it begins another",
    slots: [empty(0), empty(1), empty(2), busy(3, 50, 0)],
    choice: [2, cheap, nowhere, false],
  },
  {
    fact: "neither copies nor keeps what cannot be moved",
    slots: [slot(0, 300, 60, { isMovable: false }), slot(1, 300, 100, { lastUse: 9, isMovable: false })],
    choice: [0, oldest, own(60), false],
  },
];

describe("chooseSlot", () => {
  for (const { fact, slots, kept: all = [], over, choice } of rows) {
    it(fact, () => {
      const question = { slots, kept: all, promptLength: 200, context: 4096, ...over };
      const [id, because, source, mustKeep] = choice;
      expect(chooseSlot(question)).to.deep.equal({ slot: id, because, mustKeep });
      expect(chooseSource(id, question)).to.deep.equal(source);
    });
  }

  it("gives none when all are busy", () => {
    const slots = [busy(0, 50, 50), busy(1, 50, 50)];
    expect(chooseSlot({ slots, promptLength: 60 })).to.equal(null);
  });
});
