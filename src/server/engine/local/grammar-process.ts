/**
 * Tries grammars in a process of its own: started when one is to be tried, killed when one keeps it, ended when it idles.
 *
 * It tries one at a time, so that it is known which one kept or ended it.
 */
import { type ChildProcess, fork } from "node:child_process";
import { messageOf } from "../../async/message-of.js";
import { settlesWithin } from "../../async/within.js";
import type { Log } from "../../log.js";
import { environment } from "../../settings/read-settings.js";
import { boundProgram } from "../../state/bound-program.js";
import { programFile } from "../../state/program-file.js";
import type { AskGrammar, GrammarAnswer } from "./grammar-messages.js";
import { processorTime } from "./processor-time.js";
import { engineEnvironment } from "./start-child.js";

export interface GrammarProcessOptions {
  readonly log: Log;
  /** Gets the number of each process as soon as there is one. */
  readonly onProcess?: ((pid: number) => void) | undefined;
  /** Path of a vocabulary of single bytes. */
  readonly vocabulary: () => Promise<string>;
  /** Milliseconds without anything to try after which the process ends. Default 60 s. */
  readonly idleMs?: number | undefined;
}

/** The process could not be had, or not in time: nothing is known of the grammar. */
export class GrammarProcessMissing extends Error {}

/** The most processor time that a grammar may take; where that cannot be measured it is time by the clock. */
const mostWorkMs = 1000;
/** By the clock, however busy the machine is. */
const mostWaitMs = 10_000;
const lookMs = 100;
/** The start of a process, libraries included. */
const startMs = 60_000;
const killGraceMs = 1000;

interface Running {
  readonly child: ChildProcess;
  /** Resolves once it answers; rejects when it never will. */
  readonly ready: Promise<void>;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
}

export class GrammarProcess {
  readonly #options: GrammarProcessOptions;
  #running: Running | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: GrammarProcessOptions) {
    this.#options = options;
  }

  /** Number of the process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /**
   * What is wrong with the grammar, as the end of "The grammar …"; null for nothing. Rejects with `GrammarProcessMissing`
   * where that could not be found out.
   */
  try(gbnf: string): Promise<string | null> {
    const tried = this.#last.then(() => this.#try(gbnf));
    this.#last = tried.catch(() => {});
    return tried;
  }

  /** Tries nothing more. Resolves when the process is gone, within a second whatever it does. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const { gone } = this.#running ?? {};
    this.#end();
    if (gone !== undefined) await settlesWithin(killGraceMs, gone);
  }

  async #try(gbnf: string): Promise<string | null> {
    clearTimeout(this.#idle);
    const running = await this.#started();
    try {
      return await this.#outcome(running, gbnf);
    } finally {
      this.#idle = setTimeout(() => this.#end(), this.#options.idleMs ?? 60_000).unref();
    }
  }

  async #started(): Promise<Running> {
    if (this.#isClosed) throw new GrammarProcessMissing("the server is stopping");
    if (this.#running === undefined) {
      const vocabulary = await this.#options.vocabulary().catch((error: unknown) => {
        throw new GrammarProcessMissing(`its vocabulary could not be written (${messageOf(error)})`, { cause: error });
      });
      this.#running = this.#start(vocabulary);
    }
    const running = this.#running;
    try {
      if (!(await settlesWithin(startMs, running.ready))) {
        throw new GrammarProcessMissing(`its process was not ready after ${startMs / 1000} s`);
      }
      await running.ready;
    } catch (error) {
      if (this.#running === running) this.#end();
      throw error;
    }
    return running;
  }

  /** The answer; a problem where the process takes too long or ends. */
  #outcome({ child, gone }: Running, gbnf: string): Promise<string | null> {
    const { pid } = child;
    const workedBefore = pid === undefined ? null : processorTime(pid);
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const settle = (problem: string | null): void => {
        clearInterval(watch);
        child.off("message", listen);
        resolve(problem);
      };
      const listen = (answer: GrammarAnswer): void => {
        if (answer.type === "tried") settle(answer.problem);
      };
      const watch = setInterval(() => {
        const waitedMs = performance.now() - startedAt;
        const workedMs = pid === undefined ? null : processorTime(pid);
        const ownMs = workedMs === null || workedBefore === null ? waitedMs : workedMs - workedBefore;
        if (ownMs < mostWorkMs && waitedMs < mostWaitMs) return;
        settle(`is too much work: it was still being tried after ${mostWorkMs / 1000} s; send a simpler one`);
        this.#end();
      }, lookMs);
      child.on("message", listen);
      void gone.then(() => settle("ends the program that reads it; send a simpler one"));
      child.send({ gbnf } satisfies AskGrammar, () => {});
    });
  }

  #end(): void {
    clearTimeout(this.#idle);
    const running = this.#running;
    this.#running = undefined;
    running?.child.kill("SIGKILL");
  }

  #start(vocabulary: string): Running {
    const { path, execArgv } = programFile(import.meta.url, "../../llama/grammar-main");
    const { onProcess, log } = this.#options;
    const child = forked(path, execArgv, vocabulary);
    const gone = new Promise<void>((resolve) => {
      child.on("error", (error) => {
        // an error of a process that runs (a kill, a send) is no end
        if (child.pid === undefined) log.warn("the process that tries grammars could not be started", { error });
        if (child.pid === undefined) resolve();
      });
      child.once("exit", (code, signal) => {
        if (this.#running?.child === child) {
          log.warn("the process that tries grammars ended", { how: signal ?? `exit code ${code}` });
          this.#running = undefined;
        }
        resolve();
      });
    });
    const ready = new Promise<void>((resolve, reject) => {
      child.on("message", (answer: GrammarAnswer) => {
        if (answer.type === "ready") resolve();
        if (answer.type === "unable") reject(new GrammarProcessMissing(answer.reason));
      });
      void gone.then(() => reject(new GrammarProcessMissing("its process ended before it began")));
    });
    // whoever waits hears of it; it may end without anybody waiting
    ready.catch(() => {});
    if (child.pid !== undefined) onProcess?.(child.pid);
    return { child, ready, gone };
  }
}

function forked(path: string, execArgv: readonly string[], vocabulary: string): ChildProcess {
  try {
    return fork(path, [vocabulary], {
      ...boundProgram(execArgv),
      env: engineEnvironment(environment),
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "json",
    });
  } catch (error) {
    // most refusals of the system come as an event, some (no memory) are thrown
    throw new GrammarProcessMissing(`its process could not be started (${messageOf(error)})`, { cause: error });
  }
}
