/** Models that measure texts, beside those that write them. */
import { expect } from "chai";
import type { Caller } from "../../../src/server/engine/caller.js";
import type { Generation } from "../../../src/server/engine/generation.js";
import { measureRequest } from "../../../src/server/engine/measure-request.js";
import { owner } from "../../../src/server/models/models.js";
import type { Settings } from "../../../src/server/settings/read-settings.js";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

const embed = { kind: "embed", tokens: null, dimensions: null, inputType: null, truncates: false } as const;
/** What is refused at once, or later. */
const refusal = (ask: () => Generation): Promise<unknown> => rejection((async () => await ask())());
const rank = { kind: "rank", query: "sea", truncates: false } as const;

describe("models that measure texts", () => {
  let bench: ResidentsBench;
  const open = (over: Partial<Settings> = {}): void => {
    bench = new ResidentsBench(["chat", "other"], over);
    bench.putEncoder("minilm", 1);
    bench.putEncoder("ranker", 4);
  };
  afterEach(() => bench.close());

  const measure = (
    modelId: string | undefined,
    wish: typeof embed | typeof rank = embed,
    caller: Caller = owner,
  ): Generation => bench.models.generate(modelId, measureRequest("The sea", wish, 60_000), caller);
  const write = (modelId: string | undefined, caller: Caller = owner): Generation =>
    bench.models.generate(modelId, rawRequest("The sea"), caller);

  it("are loaded when they are asked for, beside the model that writes, which stays the current one", async () => {
    open();
    await bench.models.load("chat");
    expect((await measure("minilm")).vector).to.have.length(2);
    expect((await measure("ranker", rank)).vector).to.deep.equal([1]);
    expect(bench.inMemory).to.deep.equal(["chat", "minilm", "ranker"]);
    expect(bench.loads.map(({ kind, slots }) => [kind, slots])).to.deep.equal([
      ["text", 2],
      ["embedding", 1],
      ["reranker", 1],
    ]);
    expect(bench.models.current(owner)?.id).to.equal("chat");
    expect((await write(undefined)).model).to.equal("chat");
  });

  it("are never the current one, loaded by name or alone in memory", async () => {
    open();
    const loaded = await bench.models.load("minilm");
    expect(loaded).to.include({ id: "minilm", kind: "embedding", state: "loaded" });
    expect(bench.models.current(owner)).to.equal(null);
    expect(await refusal(() => write(undefined))).to.include({ code: "no_model_loaded" });
    await bench.models.load("chat");
    await bench.models.load("ranker");
    expect(bench.models.current(owner)?.id).to.equal("chat");
  });

  it("are asked without a name, each for what it is made for", async () => {
    open();
    expect(await refusal(() => measure(undefined)))
      .to.include({ code: "no_model_loaded", param: "model" })
      .and.have.property("message")
      .that.matches(/^No model for embeddings is in memory\./);
    expect(await refusal(() => measure(undefined, rank)))
      .to.have.property("message")
      .that.matches(/^No reranker /);
    for (const id of ["ranker", "chat", "minilm"]) await bench.models.load(id);
    expect((await measure(undefined)).model).to.equal("minilm");
    expect((await measure(undefined, rank)).model).to.equal("ranker");
  });

  it("are refused by name what they are not made for, loaded or not, and nothing is loaded for it", async () => {
    open();
    const cases: readonly (readonly [() => Generation, RegExp])[] = [
      [() => write("minilm"), /^"minilm" is a model for embeddings, .*\/v1\/embeddings/],
      [() => write("ranker"), /^"ranker" is a reranker, .*\/v1\/rerank/],
      [() => measure("chat"), /^"chat" is a model that writes text: /],
      [() => measure("minilm", rank), /^"minilm" is a model for embeddings.* Name a reranker/],
      [() => measure("ranker"), /^"ranker" is a reranker.* Name a model for embeddings/],
    ];
    const refuseAll = async (): Promise<void> => {
      for (const [ask, message] of cases) {
        expect(await rejection(ask()))
          .to.include({ code: "invalid_request", param: "model" })
          .and.have.property("message")
          .that.matches(message);
      }
    };
    await refuseAll();
    expect(bench.loads).to.deep.equal([]);
    for (const id of ["chat", "minilm", "ranker"]) await bench.models.load(id);
    await refuseAll();
  });

  it("that load for texts refuse a conversation that waits with them, and go on", async () => {
    open();
    bench.holdsLoads = true;
    const text = measure("minilm");
    await bench.until(() => bench.loads.length === 1);
    expect(await rejection(write("minilm"))).to.include({ code: "invalid_request" });
    bench.loads[0]?.finish();
    expect((await text).vector).to.have.length(2);
  });

  it("are not loaded for a key that may not load", async () => {
    open();
    const guest = callerNamed("guest", { mayManage: false });
    expect(await rejection(measure("minilm", embed, guest))).to.include({ code: "insufficient_scope" });
    await bench.models.load("minilm");
    expect((await measure("minilm", embed, guest)).vector).to.have.length(2);
  });

  it("are hidden from a key that may use others only, and are none of its own without a name", async () => {
    open();
    for (const id of ["chat", "minilm"]) await bench.models.load(id);
    const guest = callerNamed("guest", { mayManage: false, models: new Set(["chat"]) });
    expect(await refusal(() => measure("minilm", embed, guest))).to.include({ code: "model_not_found" });
    expect(await refusal(() => measure(undefined, embed, guest))).to.include({ code: "no_model_loaded" });
    const embedder = callerNamed("guest", { mayManage: false, models: new Set(["minilm"]) });
    expect((await measure(undefined, embed, embedder)).model).to.equal("minilm");
    expect(await refusal(() => write(undefined, embedder))).to.include({ code: "no_model_loaded" });
    expect(bench.models.current(embedder)).to.equal(null);
  });

  it("take no place where a number of models is set, and leave none to make one", async () => {
    open({ resident: 1 });
    await bench.models.load("chat");
    await measure("minilm");
    expect(bench.inMemory).to.deep.equal(["chat", "minilm"]);
    await bench.models.load("other");
    expect(bench.inMemory).to.deep.equal(["minilm", "other"]);
  });

  it("say what they are in the list", async () => {
    open();
    const { models } = await bench.models.list(owner);
    const kinds = Object.fromEntries(models.map(({ id, kind, state }) => [id, `${kind} ${state}`]));
    expect(kinds).to.include({ chat: "text available", minilm: "embedding available", ranker: "reranker available" });
  });

  it("keep nobody else's model in the answer: who asked hears what had to go", async () => {
    open({ residentMemory: 200 * 2 ** 20 });
    await bench.models.load("chat");
    await bench.pass(10_000);
    const asked = measure("minilm");
    await bench.until(() => bench.loads.length === 2);
    const { warnings } = await asked;
    expect(warnings.join()).to.match(/^"chat" left memory first: /);
  });
});
