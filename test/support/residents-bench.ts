/** Residents with engines that are fakes, a clock that a test turns and files that are real. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EngineFacts } from "../../src/server/engine/engine.js";
import { LoadError } from "../../src/server/engine/load-error.js";
import { createLog } from "../../src/server/log.js";
import { loadableKinds } from "../../src/server/models/file-kinds.js";
import { Residents } from "../../src/server/models/residents.js";
import { GgufWriter } from "../../src/server/models/sample/gguf-writer.js";
import type { EngineWish } from "../../src/server/models/start-engine.js";
import type { Settings } from "../../src/server/settings/read-settings.js";
import { FakeEngine } from "./fake-engine.js";
import { testSettings } from "./test-settings.js";

/** A load that is under way. */
export interface StartedLoad extends EngineWish {
  readonly engine: FakeEngine;
  finish(): void;
  fail(error: unknown): void;
}

export class ResidentsBench {
  readonly settings: Settings;
  readonly models: Residents;
  /** Every load that was begun, in order. */
  readonly loads: StartedLoad[] = [];
  /** Bytes the machine has for one more model. */
  freeBytes = Number.POSITIVE_INFINITY;
  /** Bytes of the GPU; engines run on it where there is one. */
  gpuBytes: number | null = null;
  /** What the engines that are loaded from now on say of themselves. */
  facts: Partial<EngineFacts> = {};
  /** While true, loads wait for `finish`. */
  holdsLoads = false;
  /** What every engine answers with; none while it holds. */
  holdsAnswers = false;
  nowMs = 0;
  readonly #remove: () => void;

  /** The models folder has a file for each id. */
  constructor(ids: readonly string[], over: Partial<Settings> = {}) {
    const { settings, remove } = testSettings({ threads: 4, slots: 2, waiting: 8, ...over });
    this.settings = settings;
    this.#remove = remove;
    for (const id of ids) this.put(id);
    this.models = new Residents({
      settings,
      log: createLog("silent"),
      start: (wish) => this.#start(wish),
      freeBytes: () => this.freeBytes,
      gpuBytes: () => this.gpuBytes,
      now: () => this.nowMs,
    });
  }

  /** Writes a file that looks like a model; `name` makes it differ from another one. */
  put(id: string, name: string = id): string {
    const writer = new GgufWriter().string("general.architecture", "llama").string("general.name", name);
    writer.tensor({ name: "w", dims: [64], type: "F32", data: () => [new Uint8Array(256)] });
    return this.write(`${id}.gguf`, Buffer.concat([...writer.bytes()]));
  }

  /** Writes a file that looks like a model for embeddings (1: mean of all tokens) or a reranker (4). */
  putEncoder(id: string, pooling: 1 | 4): string {
    const writer = new GgufWriter().string("general.architecture", "bert").u32("bert.pooling_type", pooling);
    return this.write(`${id}.gguf`, Buffer.concat([...writer.bytes()]));
  }

  write(file: string, content: string | Uint8Array): string {
    const path = join(this.settings.modelsDir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  /** The engine of the last load of this model. */
  engine(id: string): FakeEngine {
    const load = this.loads.findLast(({ modelId }) => modelId === id);
    if (load === undefined) throw new Error(`"${id}" was never loaded.`);
    return load.engine;
  }

  /** Ids of what is in memory and stays, in order of their loads. */
  get inMemory(): string[] {
    const { models } = this.models.status();
    return models.filter(({ state }) => state !== "unloading" && state !== "loading").map(({ id }) => id);
  }

  /** Resolves once the fact holds; looks a hundred times a second. */
  async until(fact: () => boolean): Promise<void> {
    while (!fact()) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** The clock goes on; what has become due is done. */
  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    this.models.look();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async close(): Promise<void> {
    await this.models.close(0);
    this.#remove();
  }

  #start(wish: EngineWish): Promise<FakeEngine> {
    return new Promise((resolve, reject) => {
      const engine = new FakeEngine({
        modelId: wish.modelId,
        slots: wish.slots,
        gift: loadableKinds[wish.kind],
        waiting: this.settings.waiting,
        facts: this.gpuBytes === null ? this.facts : { backend: "cuda", gpuLayers: 3, totalLayers: 3 },
      });
      if (this.holdsAnswers) engine.hold();
      const load: StartedLoad = { ...wish, engine, finish: () => resolve(engine), fail: reject };
      this.loads.push(load);
      wish.signal.addEventListener("abort", () => reject(new LoadError("aborted", "the load was called off")));
      if (!this.holdsLoads) load.finish();
    });
  }
}
