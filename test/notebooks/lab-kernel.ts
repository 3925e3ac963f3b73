/** A real tslab kernel whose cells start real labs, kept apart from the user's. */
import { expect } from "chai";
import { endLabs } from "../../scripts/setup/end-labs.mjs";
import { type LabState, readState } from "../../src/server/state/state-file.js";
import type { Health } from "../../src/server/wire/system.js";
import { Kernel } from "../support/kernel.js";
import type { CellOutput } from "../support/kernel-cell.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { until } from "../support/until.js";
import { jupyterPython, labEnvironment } from "./jupyter-program.js";

/** A context in which an endless text goes on for the length of a test. */
export const endlessContext = 16_384;

/** Options of a request that never ends by itself, whose text is known. */
export const endlessOptions = { temperature: 0, repetition_penalty: 1, max_length: endlessContext };

export class LabKernel {
  readonly kernel: Kernel;
  readonly #runtimeDir: string;

  private constructor(kernel: Kernel, runtimeDir: string) {
    this.kernel = kernel;
    this.#runtimeDir = runtimeDir;
  }

  /** A kernel that has imported the package. */
  static async start(): Promise<LabKernel> {
    const { runtimeDir, env } = labEnvironment();
    const kernel = await Kernel.start({ env, python: await jupyterPython() });
    const lab = new LabKernel(kernel, runtimeDir);
    await lab.good(`import { currentLab, startLab } from "locallab";`);
    return lab;
  }

  /** Runs a cell that must end well and write nothing to stderr. */
  async good(code: string): Promise<CellOutput> {
    const output = await this.kernel.run(code);
    const { status, stderr, error } = output;
    expect({ status, stderr, error }, code).to.deep.equal({ status: "ok", stderr: "", error: undefined });
    return output;
  }

  /** What a cell prints and the value it ends with, without the line end. */
  async printed(code: string): Promise<string> {
    const { stdout, value } = await this.good(code);
    return `${stdout}${value}`.trimEnd();
  }

  /** The state of the lab of this name; null when none runs. */
  state(name: string): LabState | null {
    return readState(this.#runtimeDir, name);
  }

  /** Address of the lab of this name. */
  url(name: string): string {
    const state = this.state(name);
    if (state === null) throw new Error(`No lab is called ${name}.`);
    return state.url;
  }

  async health(name: string): Promise<Health> {
    return (await (await fetch(`${this.url(name)}/health`)).json()) as Health;
  }

  /** Resolves once the health is as wanted. */
  async healthy(name: string, test: (health: Health) => boolean): Promise<void> {
    await until(async () => test(await this.health(name)));
  }

  /** Ends the kernel, and the labs it left. For `after` hooks. */
  async end(): Promise<void> {
    await this.kernel.end();
    await until(async () => {
      await endLabs({ runtimeDir: this.#runtimeDir, since: 0 });
      return (await endLabs({ runtimeDir: this.#runtimeDir, since: 0 })).length === 0;
    });
  }
}

/** Another program's endless stream from a lab. */
export class OtherStream {
  /** When each piece arrived, in milliseconds of `performance.now()`. */
  readonly arrivals: number[] = [];
  readonly #abort = new AbortController();
  #ended = false;

  static async open(url: string): Promise<OtherStream> {
    const stream = new OtherStream();
    const body = JSON.stringify({ ...endlessOptions, prompt: endlessPrompt, stream: true });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${url}/generate`, { method: "POST", headers, body, signal: stream.#abort.signal });
    void stream.#read(response);
    await until(() => stream.arrivals.length > 0);
    return stream;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when more has come. */
  async goesOn(): Promise<void> {
    const before = this.arrivals.length;
    await until(() => this.arrivals.length > before);
  }

  /** The longest time in milliseconds without a piece, between two moments. */
  longestGap(from: number, to: number): number {
    const moments = [from, ...this.arrivals.filter((moment) => moment > from && moment < to), to];
    return Math.max(...moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment)));
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(response: Response): Promise<void> {
    try {
      for await (const _ of response.body ?? []) this.arrivals.push(performance.now());
    } catch {
      // closed from here
    }
    this.#ended = true;
  }
}
