/** Runs other programs during set-up: without stdin, so nothing can wait for an answer. */
import { projectFolder } from "./project.mjs";
import { spawnTied } from "./spawn-tied.mjs";

/** Lines of a failed program's output that are shown. */
const shownLines = 40;

/**
 * Exit code and output (stdout and stderr as they came) of a program; code 127 when there is no such program.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string | undefined>, timeoutMs?: number, cwd?: string }} [options] `env` is added to
 *   this process' environment; the program is killed after `timeoutMs`, 15 minutes by default; `cwd` is the project
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runCommand(command, args, { env = {}, timeoutMs = 900_000, cwd = projectFolder } = {}) {
  return new Promise((resolve) => {
    const child = spawnTied(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // not spawn's own timeout: its timer runs on when the program does not exist
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    const finish = (/** @type {number} */ code, /** @type {string} */ text) => {
      clearTimeout(timer);
      resolve({ code, output: text });
    };
    let output = "";
    const collect = (/** @type {string} */ text) => {
      output += text;
    };
    child.stdout?.setEncoding("utf8").on("data", collect);
    child.stderr?.setEncoding("utf8").on("data", collect);
    child.once("error", (error) => finish(127, error.message));
    child.once("close", (code) => finish(code ?? 1, output));
  });
}

/**
 * The output of a program that must succeed; otherwise an error with the end of what it said.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Parameters<typeof runCommand>[2]} [options]
 */
export async function mustRun(command, args, options) {
  const { code, output } = await runCommand(command, args, options);
  if (code === 0) return output;
  const end = output.trimEnd().split("\n").slice(-shownLines).join("\n");
  throw new CommandFailed(`"${[command, ...args].join(" ")}" ended with code ${code}:\n${end}`, output);
}

/** Its message has the end of what the program said, `output` all of it. */
export class CommandFailed extends Error {
  /** @param {string} message @param {string} output */
  constructor(message, output) {
    super(message);
    this.output = output;
  }
}
