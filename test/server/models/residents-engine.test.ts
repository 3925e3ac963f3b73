import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Generation } from "../../../src/server/engine/generation.js";
import { LabError } from "../../../src/server/errors.js";
import { createLog } from "../../../src/server/log.js";
import { Residents } from "../../../src/server/models/residents.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import type { Settings } from "../../../src/server/settings/read-settings.js";
import { rejection } from "../../support/rejection.js";
import { rawRequest, testCaller } from "../../support/requests.js";
import { endlessPrompt } from "../../support/sample-theory.js";
import { sampleCacheDir, testSettings } from "../../support/test-settings.js";

function refusal(action: () => unknown): LabError {
  try {
    action();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const ask = (host: Residents, id: string | undefined, request: ReturnType<typeof rawRequest>): Generation =>
  host.generate(id, request, testCaller);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Resolves once the first piece is there; the generation goes on. */
async function firstPiece(generation: Generation): Promise<void> {
  await generation.started;
  await until(() => generation.state !== "prefilling");
}

const endless = (over: Parameters<typeof rawRequest>[1] = {}): ReturnType<typeof rawRequest> =>
  rawRequest(endlessPrompt, { maxTokens: 3000, ...over });

describe("Residents with the real engine", function () {
  this.timeout(60_000);
  let hosts: { host: Residents; remove: () => void }[] = [];
  const make = (over: Partial<Settings> = {}): { host: Residents; settings: Settings } => {
    const { settings, remove } = testSettings(over);
    const host = new Residents({ settings, log: createLog("silent") });
    hosts.push({ host, remove });
    return { host, settings };
  };
  const loaded = async (over: Partial<Settings> = {}): Promise<Residents> => {
    const { host } = make(over);
    await host.load("sample");
    return host;
  };
  afterEach(async () => {
    for (const { host, remove } of hosts) {
      await host.close(0);
      remove();
    }
    hosts = [];
  });

  it("loads the sample model and answers with right counts", async () => {
    const host = await loaded();
    const result = await ask(host, undefined, rawRequest("The", { maxTokens: 5 }));
    expect(result.usage.completionTokens).to.be.within(1, 5);
    expect(result.usage.promptTokens).to.be.greaterThan(0);
    expect(result.model).to.equal("sample");
    expect(host.current(testCaller)).to.include({
      id: "sample",
      is_loaded: true,
      context: 4096,
      slots: 4,
      architecture: "llama",
    });
    expect(host.status()).to.include({ state: "ready", reason: null, model: "sample", waiting: 0 });
  });

  it("has no model at first, and says how to get one", () => {
    const { host } = make();
    expect(refusal(() => ask(host, undefined, rawRequest("x")))).to.include({
      code: "no_model_loaded",
    });
    expect(host.status().state).to.equal("no_model");
    expect(host.current(testCaller)).to.equal(null);
  });

  it("loads a model once for everybody who names it", async () => {
    const { host } = make();
    const answers = ["a", "b", "c"].map((text) => ask(host, "sample", rawRequest(text, { maxTokens: 2 })));
    expect(answers[0]?.state).to.equal("loading");
    expect(host.status().waiting).to.equal(3);
    for (const answer of answers) expect((await answer).model).to.equal("sample");
    expect(refusalOrNull(() => ask(host, undefined, rawRequest("x", { maxTokens: 1 })))).to.equal(null);
  });

  it("finishes the old model's requests when another takes its place", async () => {
    const host = await loaded({ resident: 1 });
    const oldPid = host.engineInfo(testCaller).pid;
    const old = ask(host, "sample", endless({ maxTokens: 300 }));
    await old.started;
    const model = await host.load("sample-b");
    expect(model.note).to.equal('"sample" left memory first: at most 1 model is kept in memory.');
    expect(host.current(testCaller)?.id).to.equal("sample-b");
    expect((await old).usage.completionTokens).to.equal(300);
    expect((await old).model).to.equal("sample");
    await until(() => !isAlive(oldPid as number));
  });

  it("refuses an unknown model and keeps the loaded one", async () => {
    const host = await loaded();
    expect(await rejection(ask(host, "nope", rawRequest("x")))).to.include({
      code: "model_not_found",
      param: "model_id",
    });
    expect(host.status()).to.include({ state: "ready", model: "sample" });
  });

  it("lines up what has no slot, in order, and refuses what is too much", async () => {
    const host = await loaded({ slots: 1, waiting: 2 });
    const running = ask(host, undefined, endless());
    await running.started;
    const [second, third] = [ask(host, undefined, rawRequest("The")), ask(host, undefined, rawRequest("A"))];
    expect([running.position, second?.position, third?.position]).to.deep.equal([null, 1, 2]);
    expect(host.status()).to.include({ state: "busy", waiting: 2 });
    expect(refusal(() => ask(host, undefined, rawRequest("x")))).to.include({
      code: "queue_full",
      retryAfterSeconds: 2,
    });
    second?.cancel("request");
    expect(third?.position).to.equal(1);
    running.cancel("client");
    expect((await third)?.usage.completionTokens).to.be.greaterThan(0);
    expect(await rejection(second as Generation)).to.include({ code: "request_cancelled" });
  });

  it("frees the slot of a cancelled request at once", async () => {
    const host = await loaded({ slots: 1 });
    const running = ask(host, undefined, endless());
    await firstPiece(running);
    const began = performance.now();
    running.cancel("client");
    await until(() => host.status().slots.busy === 0);
    expect(performance.now() - began).to.be.lessThan(1000);
  });

  it("ends a request with what it has when max_time is over", async () => {
    const host = await loaded({ slots: 1 });
    const result = await ask(host, undefined, endless({ maxTimeMs: 300, maxTokens: 4000 }));
    expect(result).to.include({ timedOut: true, finishReason: "length" });
    expect(result.text.length).to.be.greaterThan(0);
  });

  it("tells a request whose max_time was spent in the line", async () => {
    const host = await loaded({ slots: 1 });
    const running = ask(host, undefined, endless());
    const waiting = ask(host, undefined, rawRequest("x", { maxTimeMs: 100 }));
    expect(await rejection(waiting)).to.include({ code: "queue_timeout", retryAfterSeconds: undefined });
    expect(running.state).to.be.oneOf(["prefilling", "decoding", "queued"]);
  });

  it("comes back after the engine was killed: what ran is told, what waited is served", async () => {
    const host = await loaded({ slots: 1 });
    const pid = host.engineInfo(testCaller).pid as number;
    const running = ask(host, undefined, endless());
    await firstPiece(running);
    const waiting = ask(host, undefined, rawRequest("The", { maxTokens: 4 }));
    process.kill(pid, "SIGKILL");
    expect(await rejection(running)).to.include({ code: "engine_died", retryAfterSeconds: 1 });
    expect(refusal(() => ask(host, undefined, rawRequest("x")))).to.include({
      code: "engine_restarting",
    });
    expect(host.status().state).to.equal("restarting");
    expect((await waiting).usage.completionTokens).to.be.greaterThan(0);
    expect(host.engineInfo(testCaller).pid).to.not.equal(pid);
    expect(host.status().state).to.equal("ready");
  });

  it("stays down after too many deaths, until a model is loaded", async () => {
    const host = await loaded();
    for (let death = 1; death <= 4; death++) {
      await until(() => host.status().state === "ready");
      process.kill(host.engineInfo(testCaller).pid as number, "SIGKILL");
      await until(() => host.status().state !== "ready");
    }
    expect(host.status().state).to.equal("failed");
    expect(refusal(() => ask(host, undefined, rawRequest("x")))).to.include({ code: "engine_failed" });
    expect((await host.list(testCaller)).models.find((model) => model.id === "sample")?.state).to.equal("failed");
    await host.load("sample");
    expect((await ask(host, undefined, rawRequest("x", { maxTokens: 1 }))).usage.completionTokens).to.equal(1);
  });

  it("lets running requests finish before it unloads, and frees the memory", async () => {
    const host = await loaded();
    const pid = host.engineInfo(testCaller).pid as number;
    const running = ask(host, undefined, endless({ maxTokens: 200 }));
    await running.started;
    const receipt = await host.unload();
    expect(receipt).to.include({ status: "Model unloaded successfully", model_id: "sample" });
    expect(receipt.freed_bytes).to.be.greaterThan(1e6);
    expect((await running).usage.completionTokens).to.equal(200);
    expect(isAlive(pid)).to.equal(false);
    expect(await host.unload()).to.include({ model_id: null, freed_bytes: 0 });
  });

  it("finds files of the models folder, and loads them with the options that were asked for", async () => {
    const { host, settings } = make();
    mkdirSync(join(settings.modelsDir, "mine"), { recursive: true });
    copyFileSync(await ensureSampleModel("sample", sampleCacheDir), join(settings.modelsDir, "mine", "copy-F32.gguf"));
    const model = await host.load("mine/copy-F32", { context: 256, slots: 2 });
    expect(model).to.include({ id: "mine/copy-F32", context: 256, slots: 2, quantization: "F32" });
    expect((await host.load("mine/copy-F32")).context).to.equal(256);
    expect((await host.load("mine/copy-F32", { context: 512 })).context).to.equal(512);
  });

  it("cancels everything when it closes, and leaves no process", async () => {
    const host = await loaded({ slots: 1 });
    const pid = host.engineInfo(testCaller).pid as number;
    const [running, waiting] = [ask(host, undefined, endless()), ask(host, undefined, rawRequest("x"))];
    await running.started;
    await host.close(0.05);
    for (const one of [running, waiting]) expect(await rejection(one)).to.include({ code: "shutting_down" });
    expect(isAlive(pid)).to.equal(false);
    expect(refusal(() => ask(host, undefined, rawRequest("x")))).to.include({ code: "shutting_down" });
  });
});

function refusalOrNull(action: () => unknown): LabError | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: it is gone
    return false;
  }
}
