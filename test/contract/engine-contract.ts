/** What every engine keeps to, whatever it is made of. A rig starts one; its levers let it die and hang. */
import { expect } from "chai";
import type { Caller } from "../../src/server/engine/caller.js";
import { Generation } from "../../src/server/engine/generation.js";
import type { GenerationRequest } from "../../src/server/engine/request.js";
import { LabError } from "../../src/server/errors.js";
import { rejection } from "../support/rejection.js";
import { callerNamed, testCaller } from "../support/requests.js";
import { inOrderOfTheirEnd, type Rig, refusalOf, type StartRig, until } from "./contract-parts.js";
import { textsContract } from "./texts-contract.js";

/** Ten times what is aimed at: the machine may be busy. */
const ceilingMs = 20_000;

export function engineContract(name: string, start: StartRig): void {
  describe(`the contract of an engine: ${name}`, function () {
    this.timeout(90_000);
    let rig: Rig;
    const open = async (slots = 1, waiting = 8): Promise<void> => {
      rig = await start({ slots, waiting });
    };
    afterEach(() => rig.engine.close());

    const submit = (request: GenerationRequest, caller: Caller = testCaller): Generation => {
      const generation = new Generation(request, caller);
      rig.engine.submit(generation);
      return generation;
    };
    // in a list, because an async function would await a bare generation
    const running = async (caller?: Caller): Promise<[Generation]> => {
      const generation = submit(rig.long(), caller);
      await until(() => generation.state === "decoding");
      return [generation];
    };

    describe("an answer", () => {
      it("comes whole and in pieces, with counts and times that agree", async () => {
        await open();
        const generation = submit(rig.short());
        const pieces: string[] = [];
        for await (const { text } of generation) pieces.push(text);
        const { text, usage, timings, model, finishReason, timedOut, warnings } = await generation;
        expect(pieces.join("")).to.equal(text);
        expect([model, timedOut, warnings]).to.deep.equal([rig.engine.modelId, false, []]);
        expect(finishReason).to.be.oneOf(["stop", "length"]);
        expect(usage.completionTokens).to.be.greaterThan(0);
        expect(usage.promptTokens).to.be.greaterThan(usage.cachedTokens);
        expect(timings.totalMs).to.be.at.least(timings.firstTokenMs);
        expect(timings.firstTokenMs).to.be.at.least(timings.queueMs);
        const { threads, ...measured } = timings;
        for (const value of Object.values(measured)) expect(value).to.be.at.least(0);
        // not every engine tells
        if (threads !== null) expect(threads).to.be.at.least(1);
      });

      it("ends at the request's limit", async () => {
        await open();
        const { usage, finishReason, maxTokens } = await submit(rig.short({ maxTokens: 2 }));
        expect([usage.completionTokens, finishReason, maxTokens]).to.deep.equal([2, "length", 2]);
      });

      it("is the same for the same seed", async () => {
        await open();
        if (!rig.engine.can.seeds) return;
        const texts = [];
        for (let round = 0; round < 2; round += 1)
          texts.push((await submit(rig.short({ temperature: 1, seed: 7 }))).text);
        expect(texts[0]).to.equal(texts[1]);
      });
    });

    textsContract(async () => {
      await open();
      await running();
      return rig;
    });

    describe("its queue", () => {
      it("serves one caller in order, tells places, and is idle at the end", async () => {
        await open();
        const [first] = await running();
        const others = [submit(rig.short()), submit(rig.short())];
        expect([first, ...others].map(({ position }) => position)).to.deep.equal([null, 1, 2]);
        expect([rig.engine.busy, rig.engine.waiting]).to.deep.equal([1, 2]);
        const ended = inOrderOfTheirEnd(others);
        first.cancel();
        expect(await ended).to.deep.equal([0, 1]);
        await rig.engine.idle();
        await until(() => rig.engine.busy === 0);
        expect(rig.engine.waiting).to.equal(0);
      });

      it("goes round between callers", async () => {
        await open();
        const [first] = await running(callerNamed("greedy"));
        const greedy = [0, 1, 2].map(() => submit(rig.short(), callerNamed("greedy")));
        const modest = submit(rig.short(), callerNamed("modest"));
        const ended = inOrderOfTheirEnd([...greedy, modest]);
        first.cancel();
        expect((await ended).indexOf(3)).to.be.lessThan(2);
      });

      it("keeps a slot for the owner when it is told to", async () => {
        await open(2);
        rig.engine.keepOwnerSlot(true);
        await running(callerNamed("stranger"));
        const waiting = submit(rig.short(), callerNamed("stranger"));
        const owner = submit(rig.short(), callerNamed("owner", { isOwner: true }));
        await owner;
        expect([waiting.state, rig.engine.busy]).to.deep.equal(["queued", 1]);
        rig.engine.keepOwnerSlot(false);
        await waiting;
      });

      it("refuses what is too much, and says when to come back", async () => {
        await open(1, 1);
        await running();
        rig.engine.assertAccepts(testCaller);
        submit(rig.short());
        expect(refusalOf(() => rig.engine.assertAccepts(testCaller))).to.include({
          code: "queue_full",
          retryAfterSeconds: 2,
        });
      });
    });

    describe("a cancel", () => {
      it("takes out what waits", async () => {
        await open();
        await running();
        const waiting = submit(rig.short());
        waiting.cancel("request");
        expect(await rejection(waiting)).to.include({ code: "request_cancelled" });
        expect(rig.engine.waiting).to.equal(0);
      });

      it("frees the slot of what runs, for the next", async () => {
        await open();
        const [first] = await running();
        const next = submit(rig.short());
        first.cancel("client");
        expect((await next).usage.completionTokens).to.be.greaterThan(0);
      });

      it("before the turn came means that it is never begun", async () => {
        await open();
        const generation = new Generation(rig.short(), testCaller);
        generation.cancel();
        rig.engine.submit(generation);
        expect([rig.engine.busy, rig.engine.waiting]).to.deep.equal([0, 0]);
      });
    });

    describe("a deadline", () => {
      it("refuses what waits", async () => {
        await open();
        await running();
        const error = await rejection(submit(rig.short({ maxTimeMs: 100 })));
        expect(error).to.include({ code: "queue_timeout", retryAfterSeconds: undefined });
      });

      it("ends what runs with what it has, and frees its slot", async () => {
        await open();
        const result = await submit(rig.long({ maxTimeMs: 300 }));
        expect(result).to.include({ timedOut: true, finishReason: "length" });
        await until(() => rig.engine.busy === 0);
      });
    });

    describe("a budget", () => {
      const budgetOf = (granted: number) => ({
        setAside: () => {
          if (granted === 0) throw new LabError("budget_exhausted", "Nothing is left.");
          return granted;
        },
        settle: () => {},
      });

      it("shortens an answer to what is left, to the token", async () => {
        await open();
        const result = await submit(rig.short(), callerNamed("ann", { tokenBudget: budgetOf(2) }));
        expect(result.usage.completionTokens).to.equal(2);
        expect([result.maxTokens, result.limitedBy, result.warnings.length]).to.deep.equal([2, "budget", 1]);
      });

      it("that is spent refuses, and the slot goes to the next", async () => {
        await open();
        const refused = submit(rig.short(), callerNamed("ann", { tokenBudget: budgetOf(0) }));
        const next = submit(rig.short());
        expect(await rejection(refused)).to.include({ code: "budget_exhausted" });
        await next;
      });
    });

    describe("a death", () => {
      it("fails what runs, serves what waits once it is back", async () => {
        await open();
        const [first] = await running();
        const waiting = submit(rig.short());
        rig.die();
        expect(await rejection(first)).to.include({ code: "engine_died", retryAfterSeconds: 1 });
        expect((await waiting).usage.completionTokens).to.be.greaterThan(0);
        expect([rig.engine.state, rig.engine.reason]).to.deep.equal(["ready", null]);
      });
    });

    describe("a hang", () => {
      it("holds up no deadline: what runs ends with what it has, and the engine comes back", async () => {
        await open();
        const generation = submit(rig.long({ maxTimeMs: 1500 }));
        await until(() => generation.state === "decoding");
        const began = performance.now();
        rig.hang();
        expect(await generation).to.include({ timedOut: true });
        expect(performance.now() - began).to.be.lessThan(ceilingMs);
        expect((await submit(rig.short())).usage.completionTokens).to.be.greaterThan(0);
      });

      it("holds up no close", async () => {
        await open();
        const [first] = await running();
        const waiting = submit(rig.short());
        rig.hang();
        const began = performance.now();
        await rig.engine.close();
        expect(performance.now() - began).to.be.lessThan(ceilingMs);
        for (const one of [first, waiting]) expect(await rejection(one)).to.include({ code: "shutting_down" });
      });
    });

    describe("after its close", () => {
      it("an engine has cancelled everything and takes nothing", async () => {
        await open();
        const both = [...(await running()), submit(rig.short())];
        await rig.engine.close();
        for (const one of both) expect(await rejection(one)).to.include({ code: "shutting_down" });
        expect(rig.engine.state).to.equal("closed");
        expect(refusalOf(() => rig.engine.assertAccepts(testCaller))).to.include({ code: "shutting_down" });
        expect(await rejection(submit(rig.short()))).to.include({ code: "shutting_down" });
        await rig.engine.idle();
      });
    });
  });
}
