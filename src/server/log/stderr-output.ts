/** Lines to stderr, whose reader may go (`| head -1`), stop reading, or lie on a full disk. */
import { closeSync, constants, fstatSync, openSync, type Stats, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../async/message-of.js";
import { logLine } from "./log-line.js";
import type { LogOutput } from "./log-output.js";

const stderrNumber = 2;
/** Characters that wait for a reader who does not read; lines beyond are lost, and counted. */
const mostWaiting = 262_144;
const retryMs = 50;

/** The best there is for what stderr is: a stopped reader then holds up no request. */
export function openStderr(): LogOutput {
  const kind = kindOf();
  if (kind?.isFile()) return new DescriptorOutput(stderrNumber);
  const reopened = kind?.isFIFO() || kind?.isCharacterDevice() ? reopen() : undefined;
  return reopened === undefined ? streamOutput() : new DescriptorOutput(reopened);
}

/** Writes at once what can be written at once, and the rest when it can. */
export class DescriptorOutput implements LogOutput {
  readonly #descriptor: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #reason = "";
  /** True when the last that was written is not the end of a line. */
  #isTorn = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#waitingBytes + bytes.length > mostWaiting) {
      this.#lose("its reader does not read");
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#timer === undefined) this.#writeWaiting();
  }

  async close(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    clearTimeout(this.#timer);
    for (;;) {
      this.#writeWaiting();
      clearTimeout(this.#timer);
      if (this.#waiting.length === 0 || performance.now() > until) break;
      await pause(retryMs);
    }
    if (this.#descriptor !== stderrNumber) closeSync(this.#descriptor);
  }

  #writeWaiting(): void {
    this.#timer = undefined;
    for (let bytes = this.#waiting[0]; bytes !== undefined; bytes = this.#waiting[0]) {
      const written = this.#attempt(bytes);
      if (written === "later") {
        this.#timer = setTimeout(() => this.#writeWaiting(), retryMs).unref();
        return;
      }
      this.#waitingBytes -= written;
      if (written < bytes.length) {
        this.#waiting[0] = bytes.subarray(written);
        this.#isTorn = true;
      } else this.#waiting.shift();
    }
  }

  /** Bytes that are dealt with. */
  #attempt(bytes: Buffer): number | "later" {
    try {
      if (this.#lost > 0) this.#tellLost();
      const written = writeSync(this.#descriptor, bytes);
      if (written === bytes.length) this.#isTorn = false;
      return written;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return "later";
      // nobody reads any more, or the disk is full: the next line tries anew
      this.#lose(messageOf(error));
      return bytes.length;
    }
  }

  #tellLost(): void {
    const told = { level: "warn", message: "lines of the log were lost", lost: this.#lost, reason: this.#reason };
    writeSync(this.#descriptor, `${this.#isTorn ? "\n" : ""}${logLine({ time: new Date().toISOString(), ...told })}\n`);
    this.#lost = 0;
    this.#isTorn = false;
  }

  #lose(reason: string): void {
    this.#lost += 1;
    this.#reason = reason;
  }
}

/** For a socket, which cannot be opened anew. */
function streamOutput(): LogOutput {
  let isGone = false;
  const gone = (): void => {
    isGone = true;
  };
  // it stays until the end: an error may come after the last line
  process.stderr.once("error", gone);
  if (!process.stderr.listeners("error").includes(ignore)) process.stderr.on("error", ignore);
  return {
    write: (line) => {
      try {
        if (!isGone) process.stderr.write(line);
      } catch {
        // as with an error that is told later: there is nowhere left to say so
        gone();
      }
    },
    close: async () => {
      process.stderr.off("error", gone);
    },
  };
}

const ignore = (): void => {};

function kindOf(): Stats | undefined {
  try {
    return fstatSync(stderrNumber);
  } catch {
    // it was closed before this process began
    return undefined;
  }
}

/** A description of its own of the same pipe or terminal, which can be told not to wait; others keep theirs as it is. */
function reopen(): number | undefined {
  const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;
  try {
    return process.platform === "linux"
      ? openSync(`/proc/self/fd/${stderrNumber}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY)
      : undefined;
  } catch {
    // another user's pipe
    return undefined;
  }
}
