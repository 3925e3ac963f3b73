import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Token } from "node-llama-cpp";
import { SequenceStates } from "../../../src/server/llama/sequence-states.js";
import type { Slot } from "../../../src/server/llama/slots.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { until } from "../../support/until.js";
import { FakeContext } from "./fake-context.js";
import { talk } from "./memory-bench.js";

class Bench {
  readonly context = new FakeContext();
  readonly warnings: string[] = [];
  readonly folder: string | null;
  readonly states: SequenceStates;
  limitBytes: number;

  constructor(limitBytes: number, folder: string | null = temporaryFolder()) {
    this.limitBytes = limitBytes;
    this.folder = folder;
    this.states = new SequenceStates({
      native: this.context,
      folder,
      limitBytes: () => this.limitBytes,
      tokenBytes: 100,
      fingerprint: "test",
      warn: (message) => this.warnings.push(message),
    });
  }

  /** Keeps these tokens and waits until they can be put back, or were not kept. */
  async keep(tokens: Token[], key = "home"): Promise<void> {
    const before = this.files;
    await this.states.keep({ id: 0, tokens, wholeTokens: 0 }, key);
    if (this.files === before && !this.states.covers({ tokens }, key)) return;
    await until(() => this.usable([...tokens, 1 as Token], key).includes(tokens.length));
  }

  /** How much of a prompt there is in what is kept. */
  usable(prompt: Token[], key = "home"): number[] {
    return this.states.facts(prompt, key, null).map(({ usable }) => usable);
  }

  has(n: number): boolean {
    return this.states.covers({ tokens: talk(n * 1000, 40) }, "home");
  }

  get files(): number {
    return readdirSync(this.folder ?? "").length;
  }
}

describe("kept conversations", () => {
  it("take no more bytes than they may, file and header: the one unused for longest goes", async () => {
    const bench = new Bench(13_500);
    for (const n of [0, 1, 2]) await bench.keep(talk(n * 1000, 40));
    expect([0, 1, 2].map((n) => bench.has(n))).to.deep.equal([true, true, true]);
    expect(bench.states.bytes).to.equal(
      readdirSync(bench.folder ?? "").reduce((sum, name) => sum + statSync(join(bench.folder ?? "", name)).size, 0),
    );
    const [first] = bench.states.facts(talk(0, 41), "home", null);
    const slot = { id: 1, tokens: [], wholeTokens: 0 } as unknown as Slot;
    expect(await bench.states.load(first?.id ?? -1, slot, 100)).to.equal(true);
    await bench.keep(talk(3000, 40));
    expect([0, 1, 2, 3].map((n) => bench.has(n))).to.deep.equal([true, false, true, true]);
    expect(bench.states.bytes).to.be.at.most(13_500);
  });

  it("give back what is more than they may have now", async () => {
    const bench = new Bench(1e6);
    for (const n of [0, 1, 2]) await bench.keep(talk(n * 1000, 40));
    bench.limitBytes = 9000;
    bench.states.trim();
    expect([bench.files, bench.has(2), bench.states.bytes <= 9000]).to.deep.equal([2, true, true]);
    bench.limitBytes = 0;
    bench.states.trim();
    expect([bench.files, bench.states.bytes]).to.deep.equal([0, 0]);
  });

  it("are not written where they are larger than all that may be kept, and drive nothing out then", async () => {
    const bench = new Bench(5000);
    await bench.keep(talk(0, 40));
    await bench.keep(talk(1000, 60));
    expect([bench.has(0), bench.files]).to.deep.equal([true, 1]);
  });

  it("learn from the first file what a token takes", async () => {
    const bench = new Bench(10_000);
    bench.context.tokenBytes = 1000;
    await bench.keep(talk(0, 9));
    await bench.keep(talk(1000, 11));
    expect(bench.files).to.equal(1);
    expect(bench.usable(talk(1000, 12))).to.deep.equal([0]);
  });

  it("replace what they began as, for the same key only", async () => {
    const bench = new Bench(1e6);
    await bench.keep(talk(0, 40));
    await bench.keep(talk(0, 40), "guest");
    await bench.keep(talk(0, 60));
    await until(() => bench.files === 2);
    expect([bench.usable(talk(0, 70)), bench.usable(talk(0, 70), "guest")]).to.deep.equal([[60], [40]]);
  });

  it("are written once", async () => {
    const bench = new Bench(1e6);
    await bench.keep(talk(0, 40));
    await bench.states.keep({ id: 0, tokens: talk(0, 30), wholeTokens: 0 }, "home");
    expect(bench.files).to.equal(1);
  });

  it("cost nothing but a warning where they cannot be written, and leave no half file", async () => {
    const bench = new Bench(1e6);
    bench.context.save = () => Promise.reject(new Error("no space left"));
    await bench.states.keep({ id: 0, tokens: talk(0, 40), wholeTokens: 0 }, "home");
    expect([bench.files, bench.states.bytes]).to.deep.equal([0, 0]);
    expect(bench.warnings.join()).to.contain("no space left");
  });

  it("are not written where the folder is gone, or has no room", async () => {
    for (const folder of [null, join(temporaryFolder(), "gone")]) {
      const bench = new Bench(1e15, folder);
      await bench.states.keep({ id: 0, tokens: talk(0, 40), wholeTokens: 0 }, "home");
      expect([bench.states.bytes, bench.warnings]).to.deep.equal([0, []]);
    }
    const bench = new Bench(1e18);
    bench.context.tokenBytes = 1e3;
    await bench.keep(talk(0, 1));
    await bench.states.keep({ id: 0, tokens: { length: 1e12 } as unknown as Token[], wholeTokens: 0 }, "home");
    expect(bench.files).to.equal(1);
  });

  it("are dropped while their checksum is made when their key is forgotten", async () => {
    const bench = new Bench(1e6);
    const kept = bench.states.keep({ id: 0, tokens: talk(0, 40), wholeTokens: 0 }, "ann");
    bench.states.forget("ann");
    await kept;
    await until(() => bench.files === 0);
    expect(bench.usable(talk(0, 41), "ann")).to.deep.equal([]);
  });

  it("are readable for this user alone, whatever the library does", async () => {
    const bench = new Bench(1e6);
    chmodSync(bench.folder ?? "", 0o700);
    await bench.keep(talk(0, 40));
    const [name = ""] = readdirSync(bench.folder ?? "");
    expect(statSync(join(bench.folder ?? "", name)).mode & 0o777).to.equal(0o600);
    bench.states.forget(null);
    expect(existsSync(join(bench.folder ?? "", name))).to.equal(false);
  });
});
