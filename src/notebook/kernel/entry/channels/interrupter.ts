/** Jupyter's stop button: tells the cells' thread, and breaks what computes there without a pause. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** How long the cells' thread may take to say that it has seen an interrupt before it is broken. */
const patienceMs = 200;

/** It may be caught in the kernel's own code, or break again at once: so often is it tried. */
const mostTries = 25;

export interface InterrupterOptions {
  /** Tells the cells' thread. */
  tell(): void;
  /** Breaks what runs there; true when something was broken. */
  breakCells(): Promise<boolean>;
  /** The cell that runs now. */
  runningCell(): string | undefined;
}

export class Interrupter {
  readonly #options: InterrupterOptions;
  #seen = 0;
  #told = 0;
  #isAtWork = false;
  readonly #listens: Promise<void>;
  #sayListens = (): void => {};

  constructor(options: InterrupterOptions) {
    this.#options = options;
    this.#listens = new Promise((resolve) => {
      this.#sayListens = resolve;
    });
  }

  /** The cells' thread has loaded. Before, no cell runs there, and a break would end the loading for ever. */
  listening(): void {
    this.#sayListens();
  }

  /** Stops the running cell, and the programs it waits for. */
  async interrupt(): Promise<void> {
    this.#tell();
    // while no cell runs there is nothing a signal would reach that the other thread cannot tell
    if (this.#options.runningCell() !== undefined) signalOwn();
    await this.#insist();
  }

  /** The cells' thread has answered. */
  seen(): void {
    this.#seen = this.#told;
  }

  /** Resolves when the cell has ended and its thread listens, or cannot be brought to it. */
  async #insist(): Promise<void> {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    const cell = this.#options.runningCell();
    await this.#listens;
    for (let tries = 0; tries < mostTries; tries += 1) {
      await pause(patienceMs);
      const hasSeen = this.#seen === this.#told;
      if (hasSeen && (cell === undefined || this.#options.runningCell() !== cell)) break;
      // what is broken may have been the listener itself; and what has seen it may compute again
      if (hasSeen || (await this.#options.breakCells())) this.#tell();
      // it is in a cell's first part, which `vm` breaks
      else if (this.#options.runningCell() === cell && cell !== undefined) process.kill(process.pid, "SIGINT");
    }
    this.#isAtWork = false;
  }

  #tell(): void {
    this.#told += 1;
    this.#options.tell();
  }
}

/** SIGINT to this process and, where it leads a group of its own, to the programs its cells started: as a terminal does. */
function signalOwn(): void {
  process.kill(ownGroup() === process.pid ? 0 : process.pid, "SIGINT");
}

function ownGroup(): number | undefined {
  try {
    // pid (name) state ppid pgrp: the name may hold anything
    if (process.platform === "linux")
      return Number(/.*\) \S+ \d+ (?<group>\d+)/s.exec(readFileSync("/proc/self/stat", "utf8"))?.groups?.group);
    return Number(execFileSync("ps", ["-o", "pgid=", "-p", String(process.pid)], { encoding: "utf8" }));
  } catch {
    return undefined;
  }
}
