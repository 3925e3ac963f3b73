/** A real tslab kernel behind the real Jupyter client, for tests: run cells, interrupt, restart, kill, shut down. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { writeKernelSpec } from "../../scripts/setup/kernel.mjs";
import { jupyterPython } from "../notebooks/jupyter-program.js";
import { type CellOutput, CellRun } from "./kernel-cell.js";
import { temporaryFolder } from "./temp-folder.js";

const here = dirname(fileURLToPath(import.meta.url));
const notebooks = join(here, "..", "..", "notebooks");

export interface KernelOptions {
  /** Added to the kernel's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Python that has jupyter_client. Default: the one that tests run Jupyter with. */
  readonly python?: string;
  /** The kernel's name. Default: this checkout's "tslab". */
  readonly name?: string;
  /** Where it starts. Default: the project's notebooks folder, where `import … from "locallab"` resolves. */
  readonly cwd?: string;
}

/** Fields of an `execute_request` that differ from the usual. */
export type ExecuteFields = Readonly<Record<string, unknown>>;

type Reply = Readonly<Record<string, unknown>> & { readonly error?: string };

interface Message {
  readonly reply?: number;
  readonly channel?: "shell" | "iopub" | "stdin" | "control";
  readonly type?: string;
  readonly parent?: string;
  readonly content?: Record<string, unknown>;
}

export class Kernel {
  /** Process id of the kernel; another one after a restart. */
  pid = 0;
  readonly #bridge: ChildProcessByStdio<Writable, Readable, null>;
  readonly #replies = new Map<number, (reply: Reply) => void>();
  readonly #cells = new Map<string, CellRun>();
  readonly #ended: Promise<void>;
  #count = 0;

  private constructor(bridge: ChildProcessByStdio<Writable, Readable, null>) {
    this.#bridge = bridge;
    this.#ended = new Promise((resolve) => bridge.once("close", () => resolve()));
    createInterface({ input: bridge.stdout }).on("line", (line) => this.#take(JSON.parse(line) as Message));
  }

  static async start({ env = {}, python, name = "tslab", cwd = notebooks }: KernelOptions = {}): Promise<Kernel> {
    const folder = temporaryFolder();
    await ensureBuild({ log: () => {} });
    writeKernelSpec(folder);
    const kernelEnv = { ...process.env, ...env };
    const bridge = spawn(python ?? (await jupyterPython()), [join(here, "kernel-bridge.py")], {
      env: { ...process.env, JUPYTER_PATH: folder, JUPYTER_RUNTIME_DIR: join(folder, "runtime"), IPYTHONDIR: folder },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const kernel = new Kernel(bridge);
    const started = await kernel.#do("start", { kernel: name, cwd, env: kernelEnv });
    kernel.pid = started.pid as number;
    return kernel;
  }

  /** Runs a cell to its end. */
  async run(code: string, fields: ExecuteFields = {}): Promise<CellOutput> {
    return (await this.begin(code, fields)).ended;
  }

  /**
   * What the thread of the cells holds after a collection, in MiB. Not its resident memory: V8 lets garbage lie for as
   * long as the machine has room.
   */
  async heldMiB(): Promise<number> {
    const collect =
      'import v8 from "v8"; import vm from "vm"; v8.setFlagsFromString("--expose-gc"); vm.runInNewContext("gc")();';
    await this.run("await new Promise((done) => setTimeout(done, 100));");
    await this.run(collect);
    const held = "(process.memoryUsage().heapUsed + process.memoryUsage().external) / 2 ** 20";
    return Number((await this.run(held)).value);
  }

  /** Begins a cell and gives it while it runs. */
  async begin(code: string, fields: ExecuteFields = {}): Promise<CellRun> {
    const { msg_id } = await this.#do("execute", { code, fields });
    return this.#cell(msg_id as string);
  }

  /** Sends a message of any kind, and gives everything that answers it, to its idle state. */
  async ask(type: string, content: object = {}, channel: "shell" | "control" = "shell"): Promise<CellRun> {
    const { msg_id } = await this.#do("send", { type, content, channel });
    const asked = this.#cell(msg_id as string);
    const hasCome = (test: (kind: string, state: unknown) => boolean): boolean =>
      asked.messages.some(([kind, { execution_state: state }]) => test(kind, state));
    await asked.until(
      () =>
        hasCome((_, state) => state === "idle") &&
        (!type.endsWith("_request") || hasCome((kind) => kind.endsWith("_reply"))),
    );
    return asked;
  }

  /** Sends frames as they are. */
  async sendFrames(frames: readonly string[]): Promise<void> {
    await this.#do("frames", { frames });
  }

  /** Answers the open question of a cell. */
  async type(line: string): Promise<void> {
    await this.#do("input", { line });
  }

  /** True when the kernel's heartbeat answers within a second. */
  async beats(): Promise<boolean> {
    return (await this.#do("beat")).beats as boolean;
  }

  /** What Shift-Tab shows at the first place of `word` in the code. */
  async hover(code: string, word: string): Promise<string> {
    const content = await this.#ask("inspect", { code, cursor: code.lastIndexOf(word) + 1 });
    return String((content.data as Record<string, unknown> | undefined)?.["text/plain"] ?? "");
  }

  /** What Tab offers at the end of the code. */
  async complete(code: string): Promise<string[]> {
    return (await this.#ask("complete", { code, cursor: code.length })).matches as string[];
  }

  /** As the stop button does: SIGINT to the kernel's process group. */
  async interrupt(): Promise<void> {
    await this.#do("interrupt");
  }

  /** Gives the seconds until the new kernel answered. `interruptAfterSeconds`: the stop button while it begins. */
  async restart({ interruptAfterSeconds }: { interruptAfterSeconds?: number } = {}): Promise<number> {
    const { pid, seconds } = await this.#do("restart", { interruptAfterSeconds });
    this.pid = pid as number;
    return seconds as number;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#do("kill");
  }

  /** Ends the kernel as Jupyter does, and this object with it; gives the seconds it took. 2.5 and more needed SIGTERM. */
  async shutdown(): Promise<number> {
    const { seconds } = await this.#do("shutdown");
    this.#bridge.stdin.end();
    await this.#ended;
    return seconds as number;
  }

  /** Ends everything at once, for `after` hooks; nothing happens when it has ended. */
  async end(): Promise<void> {
    this.#bridge.stdin.end();
    await this.#ended;
  }

  async #ask(what: "inspect" | "complete", fields: object): Promise<Record<string, unknown>> {
    const { msg_id } = await this.#do(what, fields);
    // the answer may have come with the id
    const asked = this.#cell(msg_id as string);
    const answer = (): Record<string, unknown> | undefined =>
      asked.messages.find(([kind]) => kind === `${what}_reply`)?.[1];
    await asked.until(() => answer() !== undefined);
    return answer() ?? {};
  }

  async #do(what: string, fields: object = {}): Promise<Reply> {
    this.#count += 1;
    const id = this.#count;
    const answered = new Promise<Reply>((resolve) => this.#replies.set(id, resolve));
    this.#bridge.stdin.write(`${JSON.stringify({ ...fields, id, do: what })}\n`);
    const gone = this.#ended.then((): Reply => ({ error: "the bridge ended" }));
    const reply = await Promise.race([answered, gone]);
    if (reply.error !== undefined) throw new Error(`${what}: ${reply.error}`);
    return reply;
  }

  #take(message: Message): void {
    if (message.reply !== undefined) {
      this.#replies.get(message.reply)?.(message as Reply);
      this.#replies.delete(message.reply);
      return;
    }
    const { type = "", parent = "", content = {} } = message;
    if (type === "update_display_data") this.#update(content);
    else this.#cell(parent).take(type, content);
  }

  /** An update belongs to the cell that made the display, whichever runs now. */
  #update(content: Record<string, unknown>): void {
    for (const cell of this.#cells.values()) cell.update(content);
  }

  #cell(id: string): CellRun {
    const cell = this.#cells.get(id) ?? new CellRun();
    this.#cells.set(id, cell);
    return cell;
  }
}
