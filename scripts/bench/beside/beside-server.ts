import { LlamaServerProcess } from "../../llama-server/llama-server-process.js";
import type { BenchModel } from "../bench-model.js";
import { LabProcess } from "../lab-process.js";
import { requestShapes } from "../request-shapes.js";
import { Target } from "../target.js";
import type { Maker } from "./beside-report.js";
import { treeCpuMs } from "./cpu-time.js";

export interface BesideSettings {
  readonly maker: Maker;
  readonly model: BenchModel & { readonly path: string };
  /** Path of llama-server. */
  readonly program: string;
  readonly threads: number;
  readonly slots: number;
  /** Tokens per slot. */
  readonly context: number;
}

/** A started server that is measured, ours or llama-server, in the same words. */
export class BesideServer {
  readonly maker: Maker;
  readonly threads: number;
  readonly target: Target;
  readonly #process: LabProcess | LlamaServerProcess;
  readonly #pid: number;

  private constructor(
    { maker, threads }: BesideSettings,
    target: Target,
    process: LabProcess | LlamaServerProcess,
    pid: number,
  ) {
    this.maker = maker;
    this.threads = threads;
    this.target = target;
    this.#process = process;
    this.#pid = pid;
  }

  /** Starts it and waits for its model. Whoever calls this calls `stop` too; nothing stays when it throws. */
  static async start(settings: BesideSettings, signal: AbortSignal): Promise<BesideServer> {
    const { maker, model, program, threads, slots, context } = settings;
    if (maker === "ours") {
      const lab = new LabProcess(
        { model: model.id, modelsDir: model.modelsDir, slots, context, prefillChunk: 128, flags: { threads } },
        signal,
      );
      try {
        const target = await lab.ready();
        return new BesideServer(settings, target, lab, (await lab.facts()).pid);
      } catch (error) {
        await lab.stop();
        throw error;
      }
    }
    const llama = new LlamaServerProcess({ program, model: model.path, slots, context, threads }, signal);
    try {
      const target = new Target(await llama.ready(), requestShapes["llama-server"], signal);
      return new BesideServer(settings, target, llama, llama.pid);
    } catch (error) {
      await llama.stop();
      throw error;
    }
  }

  /** Such as `ours-2`: whose, and with how many threads. */
  get name(): string {
    return `${this.maker}-${this.threads}`;
  }

  /** Processor time of all its processes so far. */
  cpuMs(): number {
    return treeCpuMs(this.#pid);
  }

  /** Processor time of its engine alone; the whole of llama-server. */
  async engineCpuMs(): Promise<number> {
    return this.#process instanceof LabProcess ? treeCpuMs((await this.#process.facts()).enginePid) : this.cpuMs();
  }

  /** Which of the engine's libraries for a processor it runs; "" where only the other one tells. */
  cpuLibrary(): string {
    return this.#process instanceof LlamaServerProcess ? this.#process.cpuLibrary() : "";
  }

  async stop(): Promise<void> {
    this.target.close();
    await this.#process.stop();
  }
}

/** Starts a server of each maker and number of threads, runs `use`, and ends them all. */
export async function withServers<Result>(
  settings: Omit<BesideSettings, "maker" | "threads">,
  threads: readonly number[],
  signal: AbortSignal,
  use: (servers: readonly BesideServer[]) => Promise<Result>,
): Promise<Result> {
  const servers: BesideServer[] = [];
  try {
    for (const count of threads) {
      for (const maker of ["ours", "theirs"] as const) {
        servers.push(await BesideServer.start({ ...settings, maker, threads: count }, signal));
      }
    }
    return await use(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
