/** One round of the notebook benchmark: the life of a lab in a fresh kernel, each step timed from outside. */
import { Kernel } from "../../test/support/kernel.js";

/** Milliseconds of each step. */
export interface Round {
  /** A new kernel, with Jupyter's client, until it answers. */
  readonly kernel: number;
  /** The first `import … from "locallab"`, types included. */
  readonly import: number;
  /** `await startLab()`, no server running, until the sample model is ready. */
  readonly start: number;
  /** The cell that attaches to the running server after a restart of the kernel. */
  readonly attach: number;
  /** A cell that does nothing: what the kernel itself takes. */
  readonly cell: number;
  /** A cell that asks the lab how it is. */
  readonly ask: number;
}

const importCell = `import { startLab } from "locallab";`;
const startCell = `const lab = await startLab({ name: "bench", port: 0, linger: 20 });`;
/** Cells that are timed for `cell` and `ask` each; the quickest tells what they take. */
const repeats = 5;

/** Runs one round. `env` says where the labs of the benchmark keep their things. */
export async function measureRound(env: Readonly<Record<string, string>>, python: string): Promise<Round> {
  const began = performance.now();
  const kernel = await Kernel.start({ env, python });
  const started = performance.now() - began;
  try {
    const imported = await timed(kernel, importCell);
    const start = await timed(kernel, startCell);
    const cell = await quickest(kernel, "1;");
    const ask = await quickest(kernel, "await lab.health();");
    await kernel.restart();
    await timed(kernel, importCell);
    const attach = await timed(kernel, startCell);
    await timed(kernel, "await lab.stop();");
    return { kernel: started, import: imported, start, attach, cell, ask };
  } finally {
    await kernel.end();
  }
}

async function timed(kernel: Kernel, code: string): Promise<number> {
  const began = performance.now();
  const { status, stderr } = await kernel.run(code);
  const took = performance.now() - began;
  if (status !== "ok" || stderr !== "") throw new Error(`The cell ${code} ended with ${status}: ${stderr}`);
  return took;
}

async function quickest(kernel: Kernel, code: string): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < repeats; count += 1) times.push(await timed(kernel, code));
  return Math.min(...times);
}
