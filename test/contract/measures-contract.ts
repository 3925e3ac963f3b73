/** What every engine that embeds texts keeps to, whatever it is made of. */
import { expect } from "chai";
import type { Caller } from "../../src/server/engine/caller.js";
import { Generation } from "../../src/server/engine/generation.js";
import { measureRequest } from "../../src/server/engine/measure-request.js";
import { LabError } from "../../src/server/errors.js";
import { rejection } from "../support/rejection.js";
import { callerNamed, rawRequest, testCaller } from "../support/requests.js";
import { inOrderOfTheirEnd, type Rig } from "./contract-parts.js";

export type StartMeter = () => Promise<Pick<Rig, "engine" | "die" | "hang">>;

const measure = { kind: "embed", tokens: null, dimensions: null, inputType: null, truncates: false } as const;

export function measuresContract(name: string, start: StartMeter): void {
  describe(`the contract of an engine that embeds: ${name}`, function () {
    this.timeout(90_000);
    let rig: Awaited<ReturnType<StartMeter>>;
    beforeEach(async () => {
      rig = await start();
    });
    afterEach(() => rig.engine.close());

    const submit = (text: string, caller: Caller = testCaller, maxTimeMs = 60_000): Generation => {
      const generation = new Generation(measureRequest(text, measure, maxTimeMs), caller);
      rig.engine.submit(generation);
      return generation;
    };

    it("gives each text a vector of length 1, the same again, with what was read and nothing written", async () => {
      const { vector = [], text, usage, model, warnings } = await submit("The sea is wide");
      expect(Math.hypot(...vector)).to.be.closeTo(1, 1e-6);
      expect([text, usage.completionTokens, model, warnings]).to.deep.equal(["", 0, rig.engine.modelId, []]);
      expect(usage.promptTokens).to.be.greaterThan(0);
      expect((await submit("The sea is wide")).vector).to.deep.equal(vector);
      expect((await submit("Cats eat mice")).vector).to.not.deep.equal(vector);
    });

    it("says that it embeds and writes nothing, and refuses to", async () => {
      expect(rig.engine.can).to.include({ writes: false, embeds: true, ranks: false });
      const generation = new Generation(rawRequest("x"), testCaller);
      rig.engine.submit(generation);
      expect(await rejection(generation)).to.include({ code: "invalid_request", param: "model" });
      expect([rig.engine.busy, rig.engine.waiting]).to.deep.equal([0, 0]);
    });

    it("goes round between callers", async () => {
      const many = [0, 1, 2, 3].map((index) => submit(`text ${index}`, callerNamed("many")));
      const few = submit("text", callerNamed("few"));
      const ended = await inOrderOfTheirEnd([...many, few]);
      expect(ended.indexOf(4)).to.be.lessThan(3);
    });

    it("takes out what was cancelled, and holds up nobody by it", async () => {
      const all = [0, 1, 2].map((index) => submit(`text ${index}`));
      all[1]?.cancel("client");
      expect(await rejection(all[1] as Generation)).to.include({ code: "request_cancelled" });
      expect((await all[2])?.vector).to.be.an("array").and.not.empty;
    });

    it("reads nothing for a budget that is spent", async () => {
      const setAside = (): never => {
        throw new LabError("budget_exhausted", "Nothing is left.");
      };
      const refused = submit("x", callerNamed("ann", { tokenBudget: { setAside, settle: () => {} } }));
      expect(await rejection(refused)).to.include({ code: "budget_exhausted" });
      expect((await submit("x")).vector).to.be.an("array").and.not.empty;
    });

    it("that dies fails what it read, and serves what waits once it is back", async () => {
      rig.hang();
      const [first, waiting] = [submit("a"), submit("b")];
      rig.die();
      expect(await rejection(first)).to.include({ code: "engine_died", retryAfterSeconds: 1 });
      expect((await waiting).vector).to.be.an("array").and.not.empty;
    });

    it("that hangs holds up no deadline", async () => {
      rig.hang();
      const generation = submit("x", testCaller, 300);
      // begun or not: what has no vector by then has none
      const outcome = await generation.then(({ vector, timedOut }) => ({ vector, timedOut })).catch(() => null);
      expect(outcome?.vector).to.equal(undefined);
    });

    it("that was closed takes nothing", async () => {
      await rig.engine.close();
      expect(await rejection(submit("x"))).to.include({ code: "shutting_down" });
    });
  });
}
