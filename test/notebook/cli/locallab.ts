/** `locallab` as a process: started, spoken to, and gone when the test ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { programFile } from "../../../src/server/state/program-file.js";
import { sampleCacheDir } from "../../support/test-settings.js";

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Everything it printed so far, stdout and stderr. */
  readonly said: () => string;
  /** Resolves once it has printed something that matches, after what was matched before. */
  readonly says: (pattern: RegExp) => Promise<string>;
  readonly outcome: Promise<Outcome>;
}

export interface LocallabOptions {
  readonly runtimeDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What comes from a pipe; "open" leaves it to the test. Default: nothing. */
  readonly input?: string;
  /** true: on a terminal of its own, made by `script` of util-linux. */
  readonly onTerminal?: boolean;
  /** How wide that terminal is. Default: it does not say. */
  readonly columns?: number;
}

const { path, execArgv } = programFile(import.meta.url, "../../../src/server/main");
const children = new Set<ChildProcess>();

/** Starts it. Own state files, the sample models' cache shared, CPU only. */
export function start(args: readonly string[], options: LocallabOptions): Running {
  const command = [process.execPath, ...execArgv, path, ...args];
  const size = options.columns === undefined ? "" : `stty cols ${options.columns}; `;
  const [program = "", ...rest] = options.onTerminal
    ? ["script", "-qefc", `${size}exec ${command.map((word) => `'${word}'`).join(" ")}`, "/dev/null"]
    : command;
  const child = spawn(program, rest, { env: environmentOf(options), stdio: ["pipe", "pipe", "pipe"] });
  children.add(child);
  if (options.input !== "open" && !options.onTerminal) child.stdin.end(options.input ?? "");
  const output = new Output();
  child.stdout.on("data", (chunk: Buffer) => output.take("out", chunk));
  child.stderr.on("data", (chunk: Buffer) => output.take("err", chunk));
  const outcome = once(child, "close").then(() => {
    children.delete(child);
    return { code: child.exitCode, out: output.out, err: output.err };
  });
  return { child, outcome, said: () => output.all, says: (pattern) => output.says(pattern) };
}

/** Starts it and waits for its end. */
export const run = (args: readonly string[], options: LocallabOptions): Promise<Outcome> =>
  start(args, options).outcome;

/** Ends what still runs. */
export async function endAll(): Promise<void> {
  await Promise.all(
    [...children].map((child) => {
      const closed = once(child, "close");
      child.kill("SIGKILL");
      return closed;
    }),
  );
}

function environmentOf({ runtimeDir, env }: LocallabOptions): NodeJS.ProcessEnv {
  // options of node may name files by paths that do not hold where a lab's server runs
  const { NO_COLOR, LOCALLAB_API_KEY, LOCALLAB_NAME, NODE_OPTIONS, ...inherited } = process.env;
  return {
    ...inherited,
    TERM: "xterm",
    LOCALLAB_RUNTIME_DIR: runtimeDir,
    LOCALLAB_CACHE_DIR: sampleCacheDir,
    LOCALLAB_GPU: "off",
    LOCALLAB_PORT: "0",
    ...env,
  };
}

class Output {
  out = "";
  err = "";
  all = "";
  #matched = 0;
  #look = (): void => {};

  take(stream: "out" | "err", chunk: Buffer): void {
    const text = chunk.toString("utf8");
    this[stream] += text;
    this.all += text;
    this.#look();
  }

  says(pattern: RegExp): Promise<string> {
    return new Promise((resolve) => {
      this.#look = () => {
        const match = pattern.exec(this.all.slice(this.#matched));
        if (match === null) return;
        this.#matched += match.index + match[0].length;
        this.#look = () => {};
        resolve(match[0]);
      };
      this.#look();
    });
  }
}
