/**
 * Lines appended to a file that may become full, be moved away or lose its folder: it comes back when it can.
 *
 * Written by the thread pool, so that a disk that hangs holds up no request; what waits is bounded.
 */
import { close, constants, fstatSync, openSync, write } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../async/message-of.js";
import { settlesWithin } from "../async/within.js";
import { makeFolder } from "../state/private-folder.js";
import { logLine } from "./log-line.js";
import type { LogOutput } from "./log-output.js";

/** Characters that wait for a file which cannot be written; lines beyond are lost, and counted. */
const mostWaiting = 1_048_576;
/** The place is looked at when the last look is older than this, in milliseconds. */
const lookMs = 1000;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

const writeBytes = promisify(write);
const closeFile = promisify(close);

interface OpenFile {
  readonly descriptor: number;
  readonly inode: number;
  readonly device: number;
}

export class FileOutput implements LogOutput {
  readonly #path: string;
  #file: OpenFile;
  #lines: string[] = [];
  #waiting = 0;
  /** What is left of a line whose beginning is in the file. */
  #rest: Buffer | undefined;
  #lost = 0;
  #trouble = "";
  #pauseMs = firstPauseMs;
  #lookedAt = performance.now();
  #work: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Opens the file and makes its folder. Throws when that does not go. */
  constructor(path: string) {
    this.#path = path;
    this.#file = openFile(path);
  }

  write(line: string): void {
    if (this.#waiting + line.length > mostWaiting) {
      this.#lost += 1;
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#timer === undefined) this.#begin();
  }

  async close(withinMs: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#begin();
    await settlesWithin(withinMs, this.#work ?? Promise.resolve());
    clearTimeout(this.#timer);
    await settlesWithin(withinMs, closeFile(this.#file.descriptor));
  }

  #begin(): void {
    this.#work ??= this.#writeAll().finally(() => {
      this.#work = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#rest !== undefined || this.#lines.length > 0) {
        await this.#findPlace();
        this.#rest ??= this.#next();
        while (this.#rest !== undefined) await this.#writeRest(this.#rest);
      }
      this.#pauseMs = firstPauseMs;
    } catch (error) {
      this.#trouble = messageOf(error);
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#begin();
      }, this.#pauseMs).unref();
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    }
  }

  async #writeRest(bytes: Buffer): Promise<void> {
    const { bytesWritten } = await writeBytes(this.#file.descriptor, bytes, 0, bytes.length, null);
    this.#rest = bytesWritten < bytes.length ? bytes.subarray(bytesWritten) : undefined;
  }

  #next(): Buffer {
    if (this.#lost > 0) {
      const told = { level: "warn", message: "lines of the log were lost", lost: this.#lost, reason: this.#trouble };
      this.#lines.push(`${logLine({ time: new Date().toISOString(), ...told })}\n`);
      this.#lost = 0;
    }
    const text = this.#lines.join("");
    this.#lines = [];
    this.#waiting = 0;
    return Buffer.from(text);
  }

  /** Opens the file anew where another one, or none, has its path now. */
  async #findPlace(): Promise<void> {
    if (performance.now() - this.#lookedAt < lookMs) return;
    const found = await stat(this.#path).catch(() => undefined);
    if (found?.ino !== this.#file.inode || found.dev !== this.#file.device) {
      const old = this.#file.descriptor;
      this.#file = openFile(this.#path);
      // the new file does not begin in the middle of a line
      if (this.#rest !== undefined) this.#rest = lineAfter(this.#rest);
      await closeFile(old);
    }
    this.#lookedAt = performance.now();
  }
}

function openFile(path: string): OpenFile {
  makeFolder(dirname(path));
  // not to wait for the reader of a pipe
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
  const descriptor = openSync(path, flags, 0o600);
  const { ino, dev } = fstatSync(descriptor);
  return { descriptor, inode: ino, device: dev };
}

function lineAfter(bytes: Buffer): Buffer | undefined {
  const end = bytes.indexOf("\n");
  return end < 0 || end + 1 === bytes.length ? undefined : bytes.subarray(end + 1);
}
