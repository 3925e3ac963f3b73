import { expect } from "chai";
import type { Generation } from "../../../src/server/engine/generation.js";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

const visitor = callerNamed("visitor", { mayManage: false });
const owner = callerNamed("owner", { isOwner: true });

describe("models in memory for a publication", () => {
  let bench: ResidentsBench;
  afterEach(() => bench.close());
  const open = (ids: readonly string[], over?: ConstructorParameters<typeof ResidentsBench>[1]): ResidentsBench => {
    bench = new ResidentsBench(ids, over);
    return bench;
  };
  const ask = (model: string, text: string, caller: typeof owner): Generation =>
    bench.models.generate(model, rawRequest(text), caller);

  describe("pinned", () => {
    it("are loaded, stay whatever else is wanted, and leave when released", async () => {
      open(["a", "b", "c"], { resident: 2, keepAlive: 60 });
      const release = await bench.models.pin(["a"]);
      await bench.models.load("b");
      await bench.pass(30_000);
      await bench.models.load("c");
      expect(bench.inMemory).to.deep.equal(["a", "c"]);
      await bench.pass(120_000);
      expect(bench.inMemory).to.deep.equal(["a"]);
      release();
      release();
      await bench.pass(1);
      expect(bench.inMemory).to.deep.equal([]);
    });

    it("are refused with the bytes when they do not fit together, and nothing stays pinned", async () => {
      open(["a", "b"], { residentMemory: 200 * 2 ** 20 });
      const error = await rejection(bench.models.pin(["a", "b"]));
      expect(error).to.include({ code: "model_load_failed" });
      expect(String(error)).to.match(
        /"b" needs about 128 MiB, 25\d MiB with what is there, and models may have 200 MiB/,
      );
      expect((await bench.models.load("b")).note).to.match(/^"a" left memory first/);
    });
  });

  it("that load for a publication are called off with it, unless another one wants them, too", async () => {
    open(["a", "b"]);
    bench.holdsLoads = true;
    const closing = new AbortController();
    const pinned = bench.models.pin(["a"], closing.signal);
    await bench.until(() => bench.loads.length === 1);
    closing.abort();
    expect(await rejection(pinned)).to.include({ code: "request_cancelled" });
    await bench.until(() => bench.loads[0]?.signal.aborted === true);
    const second = new AbortController();
    const shared = bench.models.pin(["b"], second.signal);
    const load = bench.models.load("b");
    await bench.until(() => bench.loads.length === 2);
    second.abort();
    await rejection(shared);
    bench.loads[1]?.finish();
    expect(await load).to.include({ id: "b" });
  });

  it("keep a slot for the owner in every engine, those that come later too, until that is over", async () => {
    open(["a", "b"], { slots: 2 });
    bench.holdsAnswers = true;
    await bench.models.load("a");
    bench.models.keepOwnerSlot(true);
    await bench.models.load("b");
    for (const model of ["a", "b"]) {
      const strangers = [ask(model, "x", visitor), ask(model, "y", visitor)];
      expect(strangers.map(({ position }) => position)).to.deep.equal([null, 1]);
      expect(ask(model, "z", owner).position).to.equal(null);
    }
    bench.engine("a").release();
    bench.engine("b").release();
  });
});
