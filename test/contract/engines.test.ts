/** The engines there are, each held to the same contract. */
import { join } from "node:path";
import { skipNotice } from "../../scripts/setup/skip.mjs";
import { LocalEngine } from "../../src/server/engine/local/local-engine.js";
import { createLog } from "../../src/server/log.js";
import { ensureSampleModel } from "../../src/server/models/sample/sample-models.js";
import { embeddingModelId, embeddingModelsFolder, isEmbeddingModelSkipped } from "../support/embedding-model.js";
import { FakeEngine } from "../support/fake-engine.js";
import { fakeProcesses } from "../support/fake-process.js";
import { rawRequest } from "../support/requests.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { sampleCacheDir } from "../support/test-settings.js";
import { engineContract } from "./engine-contract.js";
import { measuresContract } from "./measures-contract.js";

const log = createLog("silent");
const options = { modelPath: "/none.gguf", context: 4096, gpu: "off", threads: 1, prefillChunk: "auto" } as const;

engineContract("the real one", async ({ slots, waiting }) => {
  const modelPath = await ensureSampleModel("sample", sampleCacheDir);
  const engine = await LocalEngine.start({
    modelId: "sample",
    options: { ...options, modelPath, slots },
    waiting,
    loadTimeoutMs: 60_000,
    log,
  });
  return {
    engine,
    short: (over) => rawRequest("The", { maxTokens: 5, ...over }),
    long: (over) => rawRequest(endlessPrompt, { maxTokens: 3500, ...over }),
    die: () => process.kill(engine.pid as number, "SIGKILL"),
    hang: () => process.kill(engine.pid as number, "SIGSTOP"),
  };
});

engineContract("the real one's supervision, over a process that is none", async ({ slots, waiting }) => {
  const processes = fakeProcesses();
  const engine = await LocalEngine.start({
    modelId: "sample",
    options: { ...options, slots },
    waiting,
    loadTimeoutMs: 60_000,
    log,
    startProcess: processes.start,
  });
  return {
    engine,
    short: (over) => rawRequest("short", over),
    long: (over) => rawRequest("long", over),
    die: () => processes.all.at(-1)?.die(),
    hang: () => {
      const [last] = processes.all.slice(-1);
      if (last !== undefined) last.hangs = true;
    },
  };
});

engineContract("the one of tests", async ({ slots, waiting }) => {
  const engine = new FakeEngine({
    slots,
    waiting,
    answer: ["a", "b", "c"],
    holds: ({ input }) => input.kind === "prompt" && input.text === "long",
  });
  return {
    engine,
    short: (over) => rawRequest("short", over),
    long: (over) => rawRequest("long", over),
    die: () => {
      engine.die();
      setTimeout(() => engine.restart(), 5);
    },
    hang: () => engine.hang(),
  };
});

if (isEmbeddingModelSkipped()) console.log(skipNotice("embedding-model"));
else {
  measuresContract("the real one", async () => {
    const modelPath = join(await embeddingModelsFolder(), `${embeddingModelId}.gguf`);
    const engine = await LocalEngine.start({
      modelId: "minilm",
      options: { ...options, modelPath, slots: 1, purpose: "embed" },
      waiting: 8,
      loadTimeoutMs: 60_000,
      log,
    });
    return {
      engine,
      die: () => process.kill(engine.pid as number, "SIGKILL"),
      hang: () => process.kill(engine.pid as number, "SIGSTOP"),
    };
  });
}

measuresContract("the real one's supervision, over a process that is none", async () => {
  const processes = fakeProcesses();
  const engine = await LocalEngine.start({
    modelId: "minilm",
    options: { ...options, slots: 1, purpose: "embed" },
    waiting: 8,
    loadTimeoutMs: 60_000,
    log,
    startProcess: processes.start,
  });
  return {
    engine,
    die: () => processes.all.at(-1)?.die(),
    hang: () => {
      const [last] = processes.all.slice(-1);
      if (last !== undefined) last.hangs = true;
    },
  };
});

measuresContract("the one of tests", async () => {
  const engine = new FakeEngine({ slots: 1, waiting: 8, gift: "embed" });
  return {
    engine,
    die: () => {
      engine.die();
      setTimeout(() => engine.restart(), 5);
    },
    hang: () => engine.hang(),
  };
});
