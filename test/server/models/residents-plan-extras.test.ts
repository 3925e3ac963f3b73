import { expect } from "chai";
import { type Capacity, type Need, nextStep, type Occupant } from "../../../src/server/models/residents-plan.js";

const gib = 2 ** 30;
const need = (model: string, over: Partial<Need> = {}): Need => ({ model, bytes: gib, isExplicit: true, ...over });
const there = (model: string, over: Partial<Occupant> = {}): Occupant => ({
  key: model,
  model,
  bytes: gib,
  requests: 0,
  idleMs: 60_000,
  readyMs: 120_000,
  loadMs: 100,
  isPinned: false,
  isLeaving: false,
  ...over,
});
const room = (over: Partial<Capacity> = {}): Capacity => ({
  models: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
  freeBytes: 0,
  ...over,
});

const rows: readonly {
  readonly fact: string;
  readonly need: Need;
  readonly there: readonly Occupant[];
  readonly room: Capacity;
  readonly step: object;
}[] = [
  {
    fact: "counts no model that writes no text where a number of models is set",
    need: need("b", { isExtra: true, isExplicit: false }),
    there: [there("a", { requests: 1, idleMs: 0 })],
    room: room({ models: 1, freeBytes: gib }),
    step: { step: "load", because: "there is room beside what is there" },
  },
  {
    fact: "unloads one that writes where a number of models is set: another would make no place",
    need: need("b"),
    there: [there("small", { isExtra: true, idleMs: 90_000 }), there("a")],
    room: room({ models: 1, freeBytes: gib }),
    step: { step: "unload", key: "a" },
  },
  {
    fact: "keeps a small one where its leaving alone would help nobody",
    need: need("b"),
    there: [there("small", { isExtra: true, bytes: gib / 8, idleMs: 90_000 }), there("a")],
    room: room({ freeBytes: gib / 4 }),
    step: { step: "unload", key: "a" },
  },
  {
    fact: "unloads a small one that is idle where that is enough",
    need: need("b"),
    there: [there("small", { isExtra: true, bytes: gib / 2, idleMs: 90_000 }), there("a")],
    room: room({ freeBytes: gib / 2 }),
    step: { step: "unload", key: "small" },
  },
  {
    fact: "unloads a small one where nothing else is left",
    need: need("b", { bytes: 2 * gib }),
    there: [there("small", { isExtra: true, bytes: gib / 8 })],
    room: room({ freeBytes: gib }),
    step: { step: "unload", key: "small" },
  },
];

describe("nextStep, beside models that write no text", () => {
  for (const { fact, need, there, room, step } of rows) {
    it(fact, () => {
      expect(nextStep(need, there, room)).to.include(step);
    });
  }
});
