/**
 * Reads headers in a process of its own: started when one is to be read, killed when it is late, ended when it idles.
 *
 * It reads one file at a time, so that it is known which one kept it: that one fails, the others go on in a new process.
 */
import { type ChildProcess, fork } from "node:child_process";
import { messageOf } from "../../async/message-of.js";
import { settlesWithin } from "../../async/within.js";
import type { Log } from "../../log.js";
import { boundProgram } from "../../state/bound-program.js";
import { programFile } from "../../state/program-file.js";
import { LongHeader, UnreadableHeader } from "../gguf-bytes.js";
import type { GgufHeader } from "../gguf-header.js";
import type { AskHeader, HeaderAnswer } from "./header-messages.js";

export interface FilesProcessOptions {
  readonly log: Log;
  /** Gets the number of each process as soon as there is one. */
  readonly onProcess?: ((pid: number) => void) | undefined;
  /** Milliseconds one header may take, the start of a process included. Default 20 s. */
  readonly deadlineMs?: number | undefined;
  /** Milliseconds without anything to read after which the process ends. Default 30 s. */
  readonly idleMs?: number | undefined;
}

interface Job extends AskHeader {
  readonly resolve: (header: GgufHeader) => void;
  readonly reject: (error: Error) => void;
}

/** The most memory its JavaScript may have, in MiB: the longest header that is looked at is 128 MiB, a window of it 256 KiB. */
const mostMemoryMiB = 256;
/** Milliseconds a process gets to be gone once it was killed. */
const killGraceMs = 1000;

export class FilesProcess {
  readonly #options: FilesProcessOptions;
  readonly #waiting: Job[] = [];
  #current: Job | undefined;
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Resolves when the last process there was is gone. */
  #gone: Promise<void> = Promise.resolve();

  constructor(options: FilesProcessOptions) {
    this.#options = options;
  }

  /** Number of the process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * What `readGgufHeader` gives, without the words of the vocabulary. An urgent file is read before the others.
   *
   * Rejects as it does, and with an error that says so when the file took too long or its reader ended.
   */
  readonly readHeader = (path: string, sizeBytes: number, isUrgent = false): Promise<GgufHeader> =>
    new Promise((resolve, reject) => {
      const job: Job = { path, sizeBytes, resolve, reject };
      if (this.#isClosed) reject(stopping());
      else if (isUrgent) this.#waiting.unshift(job);
      else this.#waiting.push(job);
      this.#next();
    });

  /** Reads nothing more; what waits is refused. Resolves when the process is gone, within a second whatever it does. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const refused = [this.#current, ...this.#waiting.splice(0)];
    this.#current = undefined;
    for (const job of refused) job?.reject(stopping());
    this.#end();
    await settlesWithin(killGraceMs, this.#gone);
  }

  #next(): void {
    if (this.#current !== undefined) return;
    clearTimeout(this.#timer);
    const job = this.#waiting.shift();
    if (job === undefined) {
      if (!this.#isClosed) this.#timer = setTimeout(() => this.#end(), this.#options.idleMs ?? 30_000).unref();
      // while it idles it keeps this process from ending no more than the timer does
      this.#child?.unref();
      this.#child?.channel?.unref();
      return;
    }
    this.#current = job;
    const deadlineMs = this.#options.deadlineMs ?? 20_000;
    this.#timer = setTimeout(() => {
      this.#end();
      this.#settle((late) => late.reject(new Error(`reading its header took longer than ${deadlineMs / 1000} s`)));
    }, deadlineMs);
    this.#child ??= this.#start();
    this.#child?.ref();
    this.#child?.channel?.ref();
    this.#child?.send({ path: job.path, sizeBytes: job.sizeBytes } satisfies AskHeader, () => {});
  }

  /** The current file is done with; the next one is read. */
  #settle(tell: (job: Job) => void): void {
    const job = this.#current;
    this.#current = undefined;
    if (job !== undefined) tell(job);
    this.#next();
  }

  #end(): void {
    clearTimeout(this.#timer);
    const child = this.#child;
    this.#child = undefined;
    child?.kill("SIGKILL");
  }

  #start(): ChildProcess | undefined {
    const { path, execArgv } = programFile(import.meta.url, "./files-main");
    const { onProcess, log } = this.#options;
    let child: ChildProcess;
    try {
      child = fork(path, [], {
        ...boundProgram([...execArgv, `--max-old-space-size=${mostMemoryMiB}`]),
        // nothing of ours: the environment of a process can be read
        env: {},
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        serialization: "advanced",
      });
    } catch (error) {
      // most refusals of the system come as an event, some (no memory) are thrown
      queueMicrotask(() => this.#settle((job) => job.reject(notStarted(error))));
      return undefined;
    }
    child.on("error", (error) => {
      // an error of a process that runs (a kill, a send) is no end
      if (child.pid === undefined) this.#lost(child, notStarted(error));
    });
    child.on("message", (answer: HeaderAnswer) => {
      if (child === this.#child) this.#settle((job) => deliver(job, answer));
    });
    this.#gone = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        resolve();
        const how = signal === null ? `exit code ${code}` : signal;
        if (child === this.#child) log.warn("the process that reads headers ended", { how });
        this.#lost(child, new Error(`its reader ended (${how})`));
      });
      if (child.pid === undefined) resolve();
    });
    if (child.pid !== undefined) onProcess?.(child.pid);
    return child;
  }

  /** The process is no more: the file it was reading fails. */
  #lost(child: ChildProcess, error: Error): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#settle((job) => job.reject(error));
  }
}

const stopping = (): Error => new Error("the server is stopping");

const notStarted = (error: unknown): Error =>
  new Error(`its reader could not be started: ${messageOf(error)}`, { cause: error });

function deliver(job: Job, answer: HeaderAnswer): void {
  if ("header" in answer) job.resolve(answer.header);
  else if (answer.refusal === "unreadable") job.reject(new UnreadableHeader(answer.message));
  else if (answer.refusal === "long") job.reject(new LongHeader(answer.message));
  else job.reject(Object.assign(new Error(answer.message), { code: answer.code }));
}
