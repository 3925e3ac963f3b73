/** A `LocalEngine` with two slots over processes that are none, by a clock that the test turns. */
import { Generation } from "../../src/server/engine/generation.js";
import { LocalEngine } from "../../src/server/engine/local/local-engine.js";
import { createLog } from "../../src/server/log.js";
import { FakeClock, settled } from "./fake-clock.js";
import { type FakeProcess, fakeProcesses, type Habits } from "./fake-process.js";
import { rawRequest, testCaller } from "./requests.js";

export const benchOptions = {
  modelPath: "/none.gguf",
  context: 100,
  slots: 2,
  gpu: "off",
  threads: 4,
  prefillChunk: "auto",
} as const;

export class EngineBench {
  readonly clock = new FakeClock();
  readonly habits: Habits = {};
  readonly processes = fakeProcesses(this.habits);
  readonly pids: number[] = [];
  /** Processes that ended. */
  exits = 0;
  engine!: LocalEngine;

  async open(): Promise<void> {
    this.engine = await LocalEngine.start({
      modelId: "sample",
      options: benchOptions,
      waiting: 4,
      loadTimeoutMs: 30,
      log: createLog("silent"),
      startProcess: this.processes.start,
      clock: this.clock,
      onProcess: (pid) => this.pids.push(pid),
      onExit: () => {
        this.exits += 1;
      },
    });
  }

  get last(): FakeProcess {
    return this.processes.all.at(-1) as FakeProcess;
  }

  submit(text: string): Generation {
    const generation = new Generation(rawRequest(text), testCaller);
    this.engine.submit(generation);
    return generation;
  }

  async answer(): Promise<void> {
    await this.submit("short");
  }

  /** Lets the engine die and time pass until it is back or stays down. */
  async die(): Promise<void> {
    this.last.die();
    await settled();
    for (let step = 0; step < 10 && this.engine.state === "restarting"; step += 1) await this.clock.pass(500);
  }
}
