import { expect } from "chai";
import type { Generation } from "../../../src/server/engine/generation.js";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest, testCaller } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

const visitor = callerNamed("visitor", { mayManage: false });

describe("models in memory", () => {
  let bench: ResidentsBench;
  afterEach(() => bench.close());
  const open = (ids: readonly string[], over?: ConstructorParameters<typeof ResidentsBench>[1]): ResidentsBench => {
    bench = new ResidentsBench(ids, over);
    return bench;
  };
  const ask = (model: string | undefined, text = "x", caller = testCaller): Generation =>
    bench.models.generate(model, rawRequest(text), caller);

  it("are several at once where memory allows, and the last one loaded by name is the current one", async () => {
    open(["a", "b"]);
    await bench.models.load("a");
    await bench.models.load("b");
    expect(bench.inMemory).to.deep.equal(["a", "b"]);
    expect((await ask(undefined)).model).to.equal("b");
    expect((await ask("a")).model).to.equal("a");
    expect(bench.models.status().models.map(({ id, is_current }) => [id, is_current])).to.deep.equal([
      ["a", false],
      ["b", true],
    ]);
    expect(bench.loads).to.have.length(2);
  });

  it("stay within the count: the idle one used longest ago leaves, and the reply says so", async () => {
    open(["a", "b", "c"], { resident: 2 });
    await bench.models.load("a");
    await bench.models.load("b");
    await bench.pass(5000);
    await ask("a");
    await bench.pass(5000);
    const { note } = await bench.models.load("c");
    expect(note).to.equal('"b" left memory first: at most 2 models are kept in memory.');
    expect(bench.inMemory).to.deep.equal(["a", "c"]);
    expect(bench.engine("b").state).to.equal("closed");
  });

  it("stay within the bytes, and what is ending counts until it is gone", async () => {
    open(["a", "b"], { residentMemory: 200 * 2 ** 20 });
    bench.holdsAnswers = true;
    await bench.models.load("a");
    const running = ask("a");
    await running.started;
    const loading = bench.models.load("b");
    await bench.until(() => bench.models.status().waiting === 0 && bench.models.status().loading?.model === "b");
    await bench.pass(60_000);
    expect(bench.loads, "b waits for a").to.have.length(1);
    bench.engine("a").release();
    expect((await running).text).to.equal("Hello world");
    expect((await loading).note).to.match(
      /^"a" left memory first: "b" needs about 128 MiB, 25\d MiB with what is there/,
    );
  });

  it("load beside one another only where both fit into what the machine has", async () => {
    open(["a", "b"]);
    await bench.models.load("a");
    bench.freeBytes = 100 * 2 ** 20;
    const model = await bench.models.load("b");
    expect(model.note).to.match(/^"a" left memory first: "b" needs about 128 MiB, and 90 MiB are free for it\.$/);
    expect(bench.inMemory).to.deep.equal(["b"]);
  });

  it("count kept conversations as theirs, which make room for a model before another has to leave", async () => {
    open(["a", "b"]);
    await bench.models.load("a");
    bench.freeBytes = 100 * 2 ** 20;
    bench.engine("a").keptBytes = 60 * 2 ** 20;
    expect((await bench.models.load("b")).note).to.equal(null);
    expect(bench.engine("a").forgotten).to.deep.equal([null]);
    expect(bench.inMemory).to.deep.equal(["a", "b"]);
  });

  it("keep kept conversations where there is room beside them, and forget those of a key that is over", async () => {
    open(["a", "b"]);
    await bench.models.load("a");
    bench.engine("a").keptBytes = 60 * 2 ** 20;
    await bench.models.load("b");
    expect(bench.engine("a").forgotten).to.deep.equal([]);
    bench.models.forget("pass_1");
    expect([bench.engine("a").forgotten, bench.engine("b").forgotten]).to.deep.equal([["pass_1"], ["pass_1"]]);
  });

  it("share a GPU only where both fit on it whole", async () => {
    open(["a", "b", "c"]);
    bench.gpuBytes = 300 * 2 ** 20;
    await bench.models.load("a");
    expect((await bench.models.load("b")).note).to.equal(null);
    const model = await bench.models.load("c");
    expect(model.note).to.match(/^"a" left memory first: "c" needs about 128 MiB, and 1\d MiB are free for it\.$/);
    expect(model).to.include({ gpu_layers: 3, total_layers: 3 });
    expect(bench.inMemory).to.deep.equal(["b", "c"]);
  });

  it("never end a request for a swap, however long it runs", async () => {
    open(["a", "b"], { resident: 1 });
    bench.holdsAnswers = true;
    await bench.models.load("a");
    const running = [ask("a", "1"), ask("a", "2"), ask("a", "3")];
    const loading = bench.models.load("b");
    await bench.pass(600_000);
    expect(running.map(({ state }) => state)).to.deep.equal(["decoding", "decoding", "queued"]);
    bench.engine("a").release();
    for (const one of running) expect((await one).text).to.equal("Hello world");
    expect((await loading).id).to.equal("b");
  });

  it("leave after their keep-alive, never while they answer, and are loaded again when asked", async () => {
    open(["a"], { keepAlive: 600 });
    bench.holdsAnswers = true;
    await bench.models.load("a");
    const running = ask("a");
    await bench.pass(3_600_000);
    expect(bench.inMemory).to.deep.equal(["a"]);
    bench.engine("a").release();
    await running;
    await bench.pass(599_000);
    expect(bench.inMemory).to.deep.equal(["a"]);
    await bench.pass(2000);
    expect(bench.inMemory).to.deep.equal([]);
    bench.holdsAnswers = false;
    expect((await ask(undefined)).model, "the current model is loaded again").to.equal("a");
  });

  it("have a keep-alive of their own where a load says so", async () => {
    open(["a", "b"]);
    await bench.models.load("a", { keepAliveSeconds: 60 });
    await bench.models.load("b");
    await bench.pass(61_000);
    expect(bench.inMemory).to.deep.equal(["b"]);
    await bench.models.load("b", { keepAliveSeconds: 10 });
    expect(bench.models.status().models[0]?.keep_alive_until).to.match(/^20\d\d-/);
    await bench.models.load("b", { keepAliveSeconds: "never" });
    await bench.pass(11_000);
    expect(bench.inMemory).to.deep.equal(["b"]);
  });

  it("share the cores while they work, those that are ending too", async () => {
    open(["a", "b"]);
    bench.holdsAnswers = true;
    await bench.models.load("a");
    await bench.models.load("b");
    const first = ask("a");
    expect(bench.engine("a").threads).to.equal(4);
    ask("b");
    expect([bench.engine("a").threads, bench.engine("b").threads]).to.deep.equal([2, 2]);
    const gone = bench.models.unload("a");
    ask("b");
    expect(bench.engine("b").threads, "a has not ended yet").to.equal(2);
    bench.engine("a").release();
    await first;
    await gone;
    await bench.until(() => bench.engine("b").threads === 4);
  });

  it("are unloaded by name, or the current one; an unknown one is refused with what is loaded", async () => {
    open(["a", "b", "c"]);
    await bench.models.load("a");
    await bench.models.load("b");
    expect(await rejection(bench.models.unload("c"))).to.include({
      code: "model_not_found",
      message: '"c" is not in memory. In memory: "a", "b".',
    });
    expect(await bench.models.unload("a")).to.include({ model_id: "a", freed_bytes: 1_000_000 });
    expect(await bench.models.unload()).to.include({ model_id: "b" });
    expect(await bench.models.unload()).to.include({ model_id: null, message: "No model was loaded." });
    expect(() => ask(undefined)).to.throw("No model is loaded.");
  });

  it("that failed are loaded anew by name", async () => {
    open(["a"]);
    await bench.models.load("a");
    bench.engine("a").die({ staysDown: true });
    expect(() => ask(undefined)).to.throw("stays down");
    expect((await ask("a")).model).to.equal("a");
    expect(bench.loads).to.have.length(2);
    expect(bench.inMemory).to.deep.equal(["a"]);
  });

  describe("asked for by a key that may only infer", () => {
    it("are used when they are there", async () => {
      open(["a", "b"]);
      await bench.models.load("a");
      await bench.models.load("b");
      expect((await ask("a", "x", visitor)).model).to.equal("a");
    });

    it("are never loaded, by name or as the current one", async () => {
      open(["a", "b"], { keepAlive: 60 });
      await bench.models.load("a");
      expect(await rejection(ask("b", "x", visitor))).to.include({ code: "insufficient_scope", param: "model_id" });
      expect(await rejection(ask("nope", "x", visitor))).to.include({ code: "model_not_found" });
      await bench.pass(61_000);
      expect(await rejection(ask("a", "x", visitor))).to.include({ code: "insufficient_scope" });
      expect(() => ask(undefined, "x", visitor)).to.throw("No model is loaded.");
      expect(bench.loads).to.have.length(1);
      expect(bench.models.status().models).to.deep.equal([]);
    });

    it("wait beside those who may load it, and keep no load alive", async () => {
      open(["a"]);
      bench.holdsLoads = true;
      const [owners, theirs] = [ask("a", "o"), ask("a", "v", visitor)];
      await bench.until(() => bench.loads.length === 1);
      expect([owners.position, theirs.position]).to.deep.equal([1, 2]);
      owners.cancel("client");
      expect(await rejection(theirs)).to.include({ code: "insufficient_scope" });
      expect(bench.loads[0]?.signal.aborted).to.equal(true);
    });

    it("are the same to see whether they are another's or not there at all", async () => {
      open(["a", "b"]);
      await bench.models.load("a");
      await bench.models.load("b");
      const theirs = callerNamed("guest", { mayManage: false, models: new Set(["b"]) });
      const words = (id: string): string => {
        try {
          ask(id, "x", theirs);
        } catch (error) {
          return String(error).replaceAll(`"${id}"`, "…");
        }
        return "";
      };
      expect(words("a")).to.equal(words("nope")).and.include("No model is called");
      expect((await ask(undefined, "x", theirs)).model).to.equal("b");
      expect((await bench.models.list(theirs)).models.map(({ id }) => id)).to.deep.equal(["b"]);
      expect(bench.models.status(theirs).models.map(({ id }) => id)).to.deep.equal(["b"]);
      const neither = callerNamed("guest", { mayManage: false, models: new Set() });
      expect(bench.models.current(neither)).to.equal(null);
      expect(bench.models.status(neither).model).to.equal(null);
    });
  });
});
