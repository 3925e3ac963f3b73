import { renameSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Generation } from "../../../src/server/engine/generation.js";
import { LoadError } from "../../../src/server/engine/load-error.js";
import type { ModelEntry } from "../../../src/server/wire/models.js";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest, testCaller } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

describe("waiting for a model", () => {
  let bench: ResidentsBench;
  afterEach(() => bench.close());
  const open = (ids: readonly string[], over?: ConstructorParameters<typeof ResidentsBench>[1]): ResidentsBench => {
    bench = new ResidentsBench(ids, over);
    return bench;
  };
  const ask = (model: string, over: Parameters<typeof rawRequest>[1] = {}): Generation =>
    bench.models.generate(model, rawRequest("x", over), testCaller);
  const entry = async (id: string): Promise<ModelEntry | undefined> =>
    (await bench.models.list(testCaller)).models.find((model) => model.id === id);

  it("requests wait together, know their place, and go together", async () => {
    open(["a"]);
    bench.holdsLoads = true;
    const all = [ask("a"), ask("a"), ask("a")];
    await bench.until(() => bench.loads.length === 1);
    expect(all.map(({ position, state }) => [position, state])).to.deep.equal([
      [1, "loading"],
      [2, "loading"],
      [3, "loading"],
    ]);
    bench.loads[0]?.finish();
    for (const one of all) expect((await one).model).to.equal("a");
    expect(bench.loads).to.have.length(1);
  });

  it("has a bound: one more is refused at once, and max_time ends the rest", async () => {
    open(["a"], { slots: 1, waiting: 2 });
    bench.holdsLoads = true;
    const all = [ask("a"), ask("a"), ask("a", { maxTimeMs: 50 })];
    expect(() => ask("a")).to.throw("3 requests wait for models to load");
    expect(await rejection(all[2] as Generation)).to.include({ code: "queue_timeout" });
    expect(all[0]?.state).to.equal("loading");
    expect(bench.models.status().waiting).to.equal(2);
  });

  it("two models that want one place take turns, and neither waits for ever", async () => {
    open(["a", "b"], { resident: 1, waiting: 100 });
    const served: string[] = [];
    let isOver = false;
    const client = async (model: string): Promise<void> => {
      while (!isOver) {
        served.push((await ask(model)).model);
        await bench.pass(100);
      }
    };
    const clients = ["a", "a", "b", "b"].map(client);
    await bench.until(() => bench.loads.length >= 6);
    isOver = true;
    await Promise.all(clients);
    expect(bench.loads.map(({ modelId }) => modelId).slice(0, 6)).to.deep.equal(["a", "b", "a", "b", "a", "b"]);
    expect(served.length).to.be.greaterThan(3 * bench.loads.length);
  });

  it("lets a model that is wanted elsewhere take no new requests once its turn is over", async () => {
    open(["a", "b"], { resident: 1 });
    bench.holdsAnswers = true;
    await bench.models.load("a");
    const running = ask("a");
    const other = ask("b");
    await bench.until(() => bench.models.status().loading === null);
    await bench.pass(1000);
    const inTurn = ask("a");
    expect(inTurn.state, "a has its turn").to.equal("decoding");
    await bench.pass(2000);
    const late = ask("a");
    expect([late.state, late.position]).to.deep.equal(["loading", 1]);
    bench.holdsAnswers = false;
    bench.engine("a").release();
    await running;
    expect((await other).model).to.equal("b");
    await bench.pass(3000);
    expect((await late).model).to.equal("a");
  });

  it("a load ends when nobody wants it any more, and goes on while one still does", async () => {
    open(["a"]);
    bench.holdsLoads = true;
    const [first, second] = [new AbortController(), new AbortController()];
    const loads = [first, second].map(({ signal }) => bench.models.load("a", {}, signal));
    const ends = loads.map((load) => rejection(load));
    await bench.until(() => bench.loads.length === 1);
    first.abort();
    expect(await ends[0]).to.include({ code: "request_cancelled" });
    expect(bench.loads[0]?.signal.aborted).to.equal(false);
    second.abort();
    expect(await ends[1]).to.include({ code: "request_cancelled" });
    expect(bench.loads[0]?.signal.aborted).to.equal(true);
    await bench.until(() => bench.models.status().loading === null);
    expect(bench.models.current(testCaller)).to.equal(null);
    bench.holdsLoads = false;
    expect((await bench.models.load("a")).is_loaded).to.equal(true);
  });

  it("an engine that comes although nobody waits any more is ended", async () => {
    open(["a"]);
    bench.holdsLoads = true;
    const request = ask("a");
    await bench.until(() => bench.loads.length === 1);
    bench.loads[0]?.finish();
    request.cancel("client");
    await bench.until(() => bench.engine("a").state === "closed");
    expect(bench.inMemory).to.deep.equal([]);
  });

  it("a load brings the file that is there now; a request goes on with the old one, and the list says so", async () => {
    open(["a"]);
    await bench.models.load("a");
    const next = bench.put("next", "another");
    renameSync(next, join(bench.settings.modelsDir, "a.gguf"));
    expect(await entry("a")).to.include({ is_loaded: true, is_outdated: true });
    await ask("a");
    expect(bench.loads).to.have.length(1);
    await bench.models.load("a");
    expect(bench.loads).to.have.length(2);
    expect(await entry("a")).to.include({ is_loaded: true, is_outdated: false });
    await bench.models.load("a");
    expect(bench.loads).to.have.length(2);
    expect(bench.inMemory).to.deep.equal(["a"]);
  });

  it("an unload calls off a load that is under way", async () => {
    open(["a"]);
    bench.holdsLoads = true;
    const load = rejection(bench.models.load("a"));
    await bench.until(() => bench.loads.length === 1);
    expect(await bench.models.unload()).to.include({ model_id: null, message: 'Loading "a" was called off.' });
    expect(await load).to.include({ code: "model_load_interrupted" });
    expect(bench.loads[0]?.signal.aborted).to.equal(true);
  });

  it("closing tells everybody who waits", async () => {
    open(["a"]);
    bench.holdsLoads = true;
    const request = ask("a");
    const load = rejection(bench.models.load("a"));
    await bench.until(() => bench.loads.length === 1);
    expect(await bench.models.close(0)).to.equal(1);
    expect(await rejection(request)).to.include({ code: "shutting_down" });
    expect(await load).to.include({ code: "shutting_down" });
    expect(() => ask("a")).to.throw("The server is stopping.");
  });

  describe("a load that fails", () => {
    const failing = async (error: unknown, options = {}): Promise<unknown> => {
      bench.holdsLoads = true;
      const before = bench.loads.length;
      const load = rejection(bench.models.load("a", options));
      await bench.until(() => bench.loads.length > before);
      bench.loads.at(-1)?.fail(error);
      return load;
    };
    const weather: [string, LoadError][] = [
      ["slowness", new LoadError("stalled", "loading showed no progress for 5 s, so it was ended")],
      ["memory", new LoadError("out-of-memory", "4 slots of 4096 tokens need 9 GiB, and 1 GiB are free")],
      ["a kill", new LoadError("crashed", "the engine process ended while loading it: it was ended by SIGKILL")],
      ["an end by request", new LoadError("crashed", "it was ended by SIGTERM")],
      ["video memory", new LoadError("crashed", "it was ended by SIGABRT (cudaMalloc failed: out of memory)")],
      ["a disk", new LoadError("bad-file", "EIO: i/o error, read")],
      ["rights", new LoadError("bad-file", "EACCES: permission denied, open '/x'")],
      ["no processes", new LoadError("not-started", "spawn EAGAIN")],
    ];
    for (const [what, error] of weather) {
      it(`blames no file for ${what}, and may be repeated`, async () => {
        open(["a"]);
        expect(await failing(error)).to.include({ code: "model_load_interrupted" });
        expect(await entry("a")).to.include({ state: "available", reason: null });
        bench.holdsLoads = false;
        expect((await ask("a")).model).to.equal("a");
      });
    }

    it("for its content makes the file bad: a request is refused at once, a load by name tries again", async () => {
      open(["a"]);
      const error = await failing(new LoadError("bad-file", 'The file is no model (got "not ").'));
      expect(error).to.include({ code: "model_load_failed", param: "model_id" });
      expect(String(error)).to.include('"a" did not load. The file is no model. Got "not ". Replace the file;');
      expect(await entry("a")).to.include({ state: "bad", reason: 'The file is no model. Got "not ".' });
      expect(await rejection(ask("a"))).to.include({ code: "model_load_failed" });
      expect(bench.loads).to.have.length(1);
      bench.holdsLoads = false;
      expect((await bench.models.load("a")).is_loaded).to.equal(true);
      expect(await entry("a")).to.include({ state: "loaded", reason: null });
    });

    it("in native code is held against these options only", async () => {
      open(["a"]);
      await failing(new LoadError("crashed", "it was ended by SIGABRT (GGML_ASSERT(n > 0) failed)"), { context: 4096 });
      expect(await entry("a")).to.include({ state: "bad" });
      bench.holdsLoads = false;
      expect((await ask("a")).model, "default options").to.equal("a");
    });

    it("is refused before an engine is started when the file is none, and tells nobody a path", async () => {
      open([]);
      bench.write("page.gguf", "<!DOCTYPE html><html>");
      bench.write("part-00001-of-00002.gguf", "GGUF");
      for (const id of ["page", "part"]) {
        expect(await rejection(bench.models.load(id)), id).to.include({ code: "model_load_failed" });
      }
      expect(bench.loads).to.have.length(0);
      const visitor = callerNamed("visitor", { mayManage: false });
      const list = await bench.models.list(visitor);
      expect(list.models_dir).to.equal(null);
      expect(JSON.stringify(list)).to.not.include(bench.settings.modelsDir);
      expect((await bench.models.list(testCaller)).models_dir).to.equal(bench.settings.modelsDir);
      expect((await entry("part"))?.state).to.equal("incomplete");
      expect((await entry("page"))?.reason).to.match(/web page/);
    });

    it("does not cost the model that answers, where the file is known to be bad", async () => {
      open(["a"], { resident: 1 });
      bench.write("page.gguf", "<html>");
      await bench.models.load("a");
      await rejection(bench.models.load("page"));
      expect(bench.inMemory).to.deep.equal(["a"]);
    });

    it("of a file that has gone says that there is no such model", async () => {
      open(["a"]);
      unlinkSync(join(bench.settings.modelsDir, "a.gguf"));
      expect(await rejection(bench.models.load("a"))).to.include({ code: "model_not_found" });
      rmSync(bench.settings.modelsDir, { recursive: true });
      expect((await bench.models.list(testCaller)).models.map(({ id }) => id)).to.deep.equal(["sample", "sample-b"]);
    });
  });
});
