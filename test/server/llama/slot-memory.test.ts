import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../support/until.js";
import { MemoryBench, talk } from "./memory-bench.js";

/** A conversation of its own behind a beginning that all share. */
const conversation = (n: number, length: number): ReturnType<typeof talk> => [
  ...talk(0, 60),
  ...talk(1000 * (n + 1), length),
];

/** The files of what is kept. */
const filesOf = ({ folder }: MemoryBench): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Resolves once so many conversations can be put back. */
const ready = async (bench: MemoryBench, count: number): Promise<void> => {
  await until(
    () => filesOf(bench).filter((file) => readFileSync(file).subarray(-8).toString() === "LOCALLAB").length === count,
  );
};

describe("what slots remember", () => {
  it("brings the common beginning of another conversation into an empty slot", async () => {
    const bench = new MemoryBench({ slots: 2 });
    expect(await bench.run(conversation(0, 40))).to.deep.equal({ slot: 0, cached: 0 });
    expect(await bench.run(conversation(1, 40))).to.deep.equal({ slot: 1, cached: 60 });
    expect(await bench.run([...conversation(0, 40), ...talk(9000, 20)])).to.deep.equal({ slot: 0, cached: 100 });
    expect(bench.context.held.get(1)).to.deep.equal(conversation(1, 40));
    expect(bench.context.unsettled).to.equal(0);
  });

  it("copies from a slot that is busy what it has read by then, not what it is to read", async () => {
    const bench = new MemoryBench({ slots: 2 });
    const { slot } = await bench.begin(conversation(0, 40));
    bench.read(slot, conversation(0, 40).slice(0, 60));
    const second = await bench.begin(conversation(1, 40));
    expect([second.slot.id, second.cached]).to.deep.equal([1, 60]);
    expect(bench.context.held.get(1)).to.deep.equal(talk(0, 60));
  });

  it("copies nothing of a slot that another request has taken and emptied meanwhile", async () => {
    let step = Promise.resolve();
    let endStep: () => void = () => {};
    const bench = new MemoryBench({
      slots: 2,
      steps: {
        pieceTokens: 4,
        betweenSteps: (work) => {
          step = step.then(work);
          return step;
        },
      },
    });
    await bench.run(conversation(0, 40));
    await bench.run(talk(5000, 40));
    step = new Promise((resolve) => {
      endStep = resolve;
    });
    const guest = bench.begin(talk(300, 30), { key: "guest" });
    const other = bench.begin(conversation(2, 40));
    endStep();
    expect([(await guest).slot.id, (await guest).cached]).to.deep.equal([0, 0]);
    expect([(await other).slot.id, (await other).cached]).to.deep.equal([1, 0]);
    expect([...bench.context.held.values()]).to.deep.equal([[], []]);
  });

  it("tells one key nothing of another's, in slots and in what is kept", async () => {
    const bench = new MemoryBench({ slots: 1, keptBytes: 1e6 });
    await bench.run(conversation(0, 40), [], { key: "ann" });
    expect((await bench.run(conversation(0, 40), [], { key: "ben" })).cached).to.equal(0);
    await ready(bench, 1);
    expect((await bench.run(conversation(0, 40), [], { key: "cleo" })).cached).to.equal(0);
    expect((await bench.run(conversation(0, 41), [], { key: "ann" })).cached).to.equal(100);
  });

  it("puts a conversation back that had to leave its slot", async () => {
    const bench = new MemoryBench({ slots: 1, keptBytes: 1e6 });
    await bench.run(conversation(0, 40), talk(7000, 20));
    expect((await bench.run(conversation(1, 40))).cached).to.equal(60);
    await ready(bench, 1);
    const { slot, cached } = await bench.begin([...conversation(0, 40), ...talk(7000, 20), ...talk(8000, 9)]);
    expect(cached).to.equal(120);
    expect(slot.tokens).to.deep.equal([...conversation(0, 40), ...talk(7000, 20)]);
    expect(bench.context.held.get(0)).to.deep.equal(slot.tokens);
  });

  it("reads a conversation again whose file was damaged, and drops the file", async () => {
    const bench = new MemoryBench({ slots: 1, keptBytes: 1e6 });
    await bench.run(conversation(0, 40));
    await bench.run(conversation(1, 40));
    await ready(bench, 1);
    const [path = ""] = filesOf(bench);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 1));
    expect((await bench.run(conversation(0, 41))).cached).to.equal(60);
    expect(filesOf(bench)).to.not.include(path);
    expect(bench.warnings.join()).to.contain("cut off");
  });

  it("reads a conversation again that the library cannot put back, and answers", async () => {
    const bench = new MemoryBench({ slots: 1, keptBytes: 1e6 });
    await bench.run(conversation(0, 40));
    await bench.run(conversation(1, 40));
    await ready(bench, 1);
    bench.context.load = () => Promise.reject(new Error("n_stream mismatch"));
    const { slot, cached } = await bench.begin(conversation(0, 41));
    expect([cached, slot.tokens.length, bench.context.held.get(0)?.length]).to.deep.equal([0, 0, 0]);
    expect(bench.warnings.join()).to.contain("n_stream mismatch");
  });

  it("writes what is next to leave while nobody waits, so that it leaves at once", async () => {
    const bench = new MemoryBench({ slots: 2, keptBytes: 1e6, idleMs: 5 });
    await bench.run(conversation(0, 40));
    await bench.run(conversation(1, 40));
    await ready(bench, 1);
    expect(bench.states.covers({ tokens: conversation(0, 40) }, "home")).to.equal(true);
    let saves = 0;
    bench.context.save = () => Promise.reject(new Error(`save ${++saves}`));
    expect((await bench.run(talk(5000, 40))).slot).to.equal(0);
    expect(saves).to.equal(0);
  });

  it("does not write what is tiny", async () => {
    const bench = new MemoryBench({ slots: 1, keptBytes: 1e6 });
    await bench.run(talk(100, 16));
    await bench.run(talk(200, 16));
    expect(filesOf(bench)).to.deep.equal([]);
  });

  it("neither copies nor keeps what has lost its beginning", async () => {
    const bench = new MemoryBench({ slots: 2, keptBytes: 1e6, mostMovable: 80 });
    await bench.run(conversation(0, 40));
    expect((await bench.run(conversation(1, 40))).cached).to.equal(0);
    expect((await bench.run(conversation(2, 40))).cached).to.equal(60);
    expect(filesOf(bench)).to.deep.equal([]);
    bench.context.firstPosition = 1;
    expect((await bench.run(conversation(3, 40))).cached).to.equal(0);
  });

  it("forgets a key: its files, its free slots, and its busy slot once that is free", async () => {
    const bench = new MemoryBench({ slots: 2, keptBytes: 1e6 });
    for (const n of [0, 1, 2]) await bench.run(talk(n * 1000, 40), [], { key: "ann" });
    await bench.run(talk(9000, 40));
    await ready(bench, 2);
    const { slot } = await bench.begin(talk(2000, 41), { key: "ann" });
    bench.read(slot, talk(2000, 41));
    bench.memory.forget("ann");
    expect(filesOf(bench)).to.deep.equal([]);
    expect(slot.tokens.length).to.equal(41);
    bench.memory.release(slot);
    await until(() => slot.tokens.length === 0);
    expect(bench.slots.all.map(({ key }) => key).sort()).to.deep.equal(["home", null].sort());
    expect(bench.context.held.get(slot.id)).to.deep.equal([]);
  });
});

describe("a key that is forgotten while its slot is taken again", () => {
  /** A bench whose works wait until `next` is called. */
  const waitingBench = (): { bench: MemoryBench; next: () => Promise<void> } => {
    const works: (() => Promise<void> | void)[] = [];
    const betweenSteps = (work: () => Promise<void> | void): Promise<void> => {
      works.push(work);
      return Promise.resolve();
    };
    const bench = new MemoryBench({ slots: 1, steps: { pieceTokens: 4, betweenSteps } });
    const next = async (): Promise<void> => {
      for (const work of works.splice(0)) await work();
    };
    return { bench, next };
  };

  it("leaves the request what it builds on, and is erased after it", async () => {
    const { bench, next } = waitingBench();
    await bench.run(talk(0, 40), [], { key: "ann" });
    bench.memory.forget("ann");
    const { slot, cached } = await bench.begin(talk(0, 50), { key: "ann" });
    await next();
    expect([cached, slot.tokens.length, bench.context.held.get(0)?.length]).to.deep.equal([40, 40, 40]);
    bench.memory.release(slot);
    await next();
    expect([slot.key, slot.tokens, bench.context.held.get(0)]).to.deep.equal([null, [], []]);
  });

  it("leaves another key's request what it has read", async () => {
    const { bench, next } = waitingBench();
    const { slot } = await bench.begin(talk(0, 40), { key: "ann" });
    bench.memory.forget("ann");
    bench.memory.release(slot);
    const other = await bench.begin(talk(500, 40));
    bench.read(other.slot, talk(500, 40));
    await next();
    expect([other.slot.key, other.slot.tokens.length]).to.deep.equal(["home", 40]);
  });
});

describe("prompts that begin alike and come together", () => {
  it("are read once: the second waits for what it shares and copies it", async () => {
    const bench = new MemoryBench({ slots: 2 });
    const first = await bench.begin(conversation(0, 40));
    let cached: number | undefined;
    const second = bench.begin(conversation(1, 40)).then((begun) => {
      cached = begun.cached;
    });
    bench.read(first.slot, talk(0, 30));
    bench.memory.looked();
    await new Promise((resolve) => setImmediate(resolve));
    expect(cached).to.equal(undefined);
    bench.read(first.slot, talk(0, 60));
    bench.memory.looked();
    await second;
    expect(cached).to.equal(60);
  });

  it("go on alone when the first is over before it has read that far", async () => {
    const bench = new MemoryBench({ slots: 2 });
    const first = await bench.begin(conversation(0, 40));
    const second = bench.begin(conversation(1, 40));
    bench.read(first.slot, talk(0, 30));
    bench.memory.release(first.slot);
    expect((await second).cached).to.equal(30);
  });

  it("do not wait any more once they are cancelled", async () => {
    const bench = new MemoryBench({ slots: 2 });
    await bench.begin(conversation(0, 40));
    const slot = bench.memory.take({ prompt: conversation(1, 40), key: "home", pieceTokens: null });
    if (slot === null) throw new Error("no slot");
    const controller = new AbortController();
    const prepared = bench.memory.prepare(slot, controller.signal);
    controller.abort();
    expect(await prepared).to.equal(0);
  });
});
