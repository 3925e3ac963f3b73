import { expect } from "chai";
import {
  type Capacity,
  idleGraceMs,
  leastTurnMs,
  type Need,
  nextStep,
  type Occupant,
  planSteps,
} from "../../../src/server/models/residents-plan.js";

const gib = 2 ** 30;
const need = (model: string, bytes = gib, isExplicit = false): Need => ({ model, bytes, isExplicit });
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
const busy = (model: string, over: Partial<Occupant> = {}): Occupant =>
  there(model, { requests: 1, idleMs: 0, ...over });
const room = (over: Partial<Capacity> = {}): Capacity => ({
  models: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
  freeBytes: 0,
  ...over,
});

interface Row {
  readonly fact: string;
  readonly need: Need;
  readonly there: readonly Occupant[];
  readonly room: Capacity;
  readonly step: object;
}

const rows: readonly Row[] = [
  {
    fact: "loads into an empty memory",
    need: need("a"),
    there: [],
    room: room({ freeBytes: 2 * gib }),
    step: { step: "load", because: "nothing else is in memory" },
  },
  {
    fact: "loads beside what is there when both fit whole",
    need: need("b"),
    there: [busy("a")],
    room: room({ freeBytes: gib }),
    step: { step: "load", because: "there is room beside what is there" },
  },
  {
    fact: "unloads first when both do not fit, and says the bytes",
    need: need("b"),
    there: [there("a")],
    room: room({ freeBytes: gib / 2 }),
    step: { step: "unload", key: "a", because: '"b" needs about 1.00 GiB, and 512 MiB are free for it' },
  },
  {
    fact: "unloads the idle model used longest ago, never one that answers",
    need: need("d"),
    there: [busy("a"), there("b", { idleMs: 9000 }), there("c", { idleMs: 5000 })],
    room: room(),
    step: { step: "unload", key: "b" },
  },
  {
    fact: "counts models, and what leaves is one of them",
    need: need("c"),
    there: [there("a"), there("b", { isLeaving: true })],
    room: room({ models: 2, freeBytes: 9 * gib }),
    step: { step: "wait", ms: null, because: '"b" is leaving memory' },
  },
  {
    fact: "takes the place of one model where one is kept",
    need: need("b"),
    there: [there("a")],
    room: room({ models: 1, freeBytes: 9 * gib }),
    step: { step: "unload", key: "a", because: "at most 1 model is kept in memory" },
  },
  {
    fact: "keeps within the bytes of the setting, whatever the machine has",
    need: need("b"),
    there: [there("a")],
    room: room({ bytes: 1.5 * gib, freeBytes: 9 * gib }),
    step: {
      step: "unload",
      key: "a",
      because: '"b" needs about 1.00 GiB, 2.00 GiB with what is there, and models may have 1.50 GiB',
    },
  },
  {
    fact: "refuses what the setting has no room for, and ends nothing for it",
    need: need("b", 2 * gib),
    there: [there("a")],
    room: room({ bytes: 1.5 * gib, freeBytes: 9 * gib }),
    step: { step: "refuse" },
  },
  {
    fact: "refuses what does not fit beside a pinned model, and ends nothing for it",
    need: need("c", 3 * gib, true),
    there: [there("a", { isPinned: true }), there("b")],
    room: room({ freeBytes: gib / 2 }),
    step: {
      step: "refuse",
      because: '"c" needs about 3.00 GiB, and 512 MiB are free for it; "a" is kept for a publication or a pass',
    },
  },
  {
    fact: "refuses what could not be in memory even alone, and ends nothing for it",
    need: need("c", 144 * gib, true),
    there: [there("a"), there("b")],
    room: room({ freeBytes: gib / 2 }),
    step: { step: "refuse", because: '"c" needs about 144.00 GiB, and 512 MiB are free for it' },
  },
  {
    fact: "never unloads a pinned model",
    need: need("c"),
    there: [there("a", { isPinned: true, idleMs: 1e9 }), there("b")],
    room: room(),
    step: { step: "unload", key: "b" },
  },
  {
    fact: "tries what seems too large once nothing else is there: the number is an estimate",
    need: need("a", 9 * gib),
    there: [],
    room: room({ freeBytes: gib }),
    step: { step: "load" },
  },
  {
    fact: "makes room for it before that",
    need: need("b", 3 * gib),
    there: [there("a")],
    room: room({ freeBytes: gib }),
    step: { step: "unload", key: "a" },
  },
  {
    fact: "replaces a pinned model by its own new version",
    need: need("a", gib, true),
    there: [there("a", { isPinned: true })],
    room: room(),
    step: { step: "unload", key: "a" },
  },
  {
    fact: "leaves a model its turn while it answers",
    need: need("b"),
    there: [busy("a", { readyMs: 500 })],
    room: room(),
    step: { step: "wait", ms: leastTurnMs - 500, because: '"a" has its turn' },
  },
  {
    fact: "gives a turn as long as the load took",
    need: need("b"),
    there: [busy("a", { readyMs: 10_000, loadMs: 30_000 })],
    room: room(),
    step: { step: "wait", ms: 20_000 },
  },
  {
    fact: "stops new requests to a model whose turn is over",
    need: need("b"),
    there: [busy("a", { readyMs: leastTurnMs })],
    room: room(),
    step: { step: "drain", key: "a" },
  },
  {
    fact: "waits a moment for the next request of a model that was just used",
    need: need("b"),
    there: [there("a", { readyMs: 500, idleMs: 100 })],
    room: room(),
    step: { step: "wait", ms: idleGraceMs - 100 },
  },
  {
    fact: "lets an idle model go before its turn is over",
    need: need("b"),
    there: [there("a", { readyMs: 5000, loadMs: 30_000, idleMs: idleGraceMs })],
    room: room(),
    step: { step: "unload", key: "a" },
  },
  {
    fact: "a load by name waits for no turn",
    need: need("b", gib, true),
    there: [busy("a", { readyMs: 1 })],
    room: room(),
    step: { step: "drain", key: "a" },
  },
];

describe("nextStep", () => {
  for (const row of rows) {
    it(row.fact, () => expect(nextStep(row.need, row.there, row.room)).to.deep.include(row.step));
  }

  it("gives its reason with every step", () => {
    for (const row of rows) expect(nextStep(row.need, row.there, row.room).because).to.match(/^\S.{5,}[^.]$/);
  });
});

describe("planSteps", () => {
  it("does not let a later model take the room an earlier one waits for", () => {
    const [first, second] = planSteps(
      [need("b", 2 * gib), need("c")],
      [busy("a", { readyMs: 1 })],
      room({ freeBytes: 1.5 * gib }),
    );
    expect(first).to.include({ step: "wait" });
    expect(second).to.deep.include({ step: "wait", because: "another model was asked for before" });
  });

  it("lets a later model in where both have room", () => {
    const [first, second] = planSteps(
      [need("b", 4 * gib), need("c")],
      [busy("a", { readyMs: 1, bytes: 8 * gib })],
      room({ freeBytes: 3 * gib, models: 3 }),
    );
    expect(first).to.include({ step: "wait" });
    expect(second?.step).to.equal("wait");
    expect(planSteps([need("b"), need("c")], [], room({ freeBytes: 3 * gib })).map(({ step }) => step)).to.deep.equal([
      "load",
      "load",
    ]);
  });

  it("unloads for the first one only", () => {
    const steps = planSteps([need("c"), need("d")], [there("a"), there("b")], room());
    expect(steps.map(({ step }) => step)).to.deep.equal(["unload", "wait"]);
  });
});
