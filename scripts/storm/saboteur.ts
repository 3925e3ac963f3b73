import { setTimeout as pause } from "node:timers/promises";
import { descendantsOf } from "./process-tree.js";
import type { StormPlan } from "./storm-plan.js";

/** Kills, stops and continues engine processes of one server, by plan. */
export class Saboteur {
  readonly #serverPid: number;
  readonly #plan: StormPlan;
  readonly #blows = new Map<string, number>();
  readonly #goingOn = new Set<Promise<void>>();

  constructor(serverPid: number, plan: StormPlan) {
    this.#serverPid = serverPid;
    this.#plan = plan;
  }

  /** What was done, and how often. */
  get blows(): ReadonlyMap<string, number> {
    return this.#blows;
  }

  /** Works until `signal` says so; engines that were only to pause go on then. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const blow = this.#plan.blow();
      await pause(blow.waitMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      const engines = this.#engines();
      const pid = engines[Math.floor(blow.which * engines.length)];
      if (pid === undefined) continue;
      this.#blows.set(blow.kind, (this.#blows.get(blow.kind) ?? 0) + 1);
      if (blow.kind === "kill") this.#send(pid, "SIGKILL");
      else this.#send(pid, "SIGSTOP");
      if (blow.kind === "pause") this.#goOn(pid, blow.pauseMs, signal);
    }
    await Promise.all(this.#goingOn);
  }

  #goOn(pid: number, afterMs: number, signal: AbortSignal): void {
    const work = pause(afterMs, undefined, { signal })
      .catch(() => {})
      .then(() => {
        this.#send(pid, "SIGCONT");
        this.#goingOn.delete(work);
      });
    this.#goingOn.add(work);
  }

  /** By what they run, so that the server may have other children as well. */
  #engines(): number[] {
    return descendantsOf(this.#serverPid)
      .filter(({ command }) => command.includes("/server/llama/"))
      .map(({ pid }) => pid)
      .sort((one, other) => one - other);
  }

  #send(pid: number, signal: NodeJS.Signals): void {
    // a number may be another program's by now
    if (!this.#engines().includes(pid)) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
