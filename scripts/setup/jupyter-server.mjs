/** Jupyter in the foreground, on the quickstart. */
import { spawn } from "node:child_process";
import { endLabs, labRuntimeFolder } from "./end-labs.mjs";
import { frontEndOf } from "./jupyter.mjs";
import { jupyterEnvironment } from "./jupyter-environment.mjs";
import { inProject } from "./project.mjs";

/** @type {readonly NodeJS.Signals[]} */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Milliseconds Jupyter and its kernels get to end. */
const endingMs = 20_000;
/** Of the lines at Jupyter's start the address is the one that counts; it is shown all the same, as warnings are. */
const quiet = "--log-level=WARN";
const firstNotebook = "01-quickstart.ipynb";

/**
 * Runs JupyterLab, or the classic notebook where that is all there is, until it ends or Ctrl-C. Gives the exit code.
 *
 * @param {import("./start.mjs").JupyterParts} parts
 * @param {import("./start-options.mjs").StartOptions} options
 */
export async function openJupyter({ python, jupyterPath }, options) {
  const since = Date.now();
  const args = jupyterArguments(await frontEndOf(python), options, process.getuid?.() === 0);
  console.log(`${"jupyter".padEnd(13)} opens ${firstNotebook}; Ctrl-C ends it\n`);
  const code = await runToEnd(python, args, jupyterEnvironment(jupyterPath));
  const ended = await endLabs({ runtimeDir: await labRuntimeFolder(), since });
  console.log(["Jupyter has ended", ...ended.map((name) => `lab "${name}" has ended`)].join("; ").concat("."));
  return code;
}

/**
 * Arguments for Python.
 *
 * @param {"lab" | "notebook"} frontEnd
 * @param {import("./start-options.mjs").StartOptions} options
 * @param {boolean} isRoot Jupyter refuses root without being asked
 */
export function jupyterArguments(frontEnd, { browser, port }, isRoot) {
  const folder = inProject("notebooks");
  const page =
    frontEnd === "lab"
      ? ["-m", "jupyterlab", quiet, `--ServerApp.root_dir=${folder}`, `--LabApp.default_url=/lab/tree/${firstNotebook}`]
      : [
          "-m",
          "notebook",
          quiet,
          `--NotebookApp.notebook_dir=${folder}`,
          `--NotebookApp.default_url=/notebooks/${firstNotebook}`,
        ];
  return [
    ...page,
    ...(port === undefined ? [] : [`--port=${port}`]),
    ...(browser ? [] : ["--no-browser"]),
    ...(isRoot ? ["--allow-root"] : []),
  ];
}

/**
 * @param {string} python
 * @param {readonly string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<number>}
 */
function runToEnd(python, args, env) {
  return new Promise((resolve) => {
    /** @type {NodeJS.Timeout | undefined} */
    let patience;
    const end = () => {
      if (patience !== undefined) return;
      child.kill("SIGTERM");
      patience = setTimeout(() => child.kill("SIGKILL"), endingMs);
    };
    // listening begins first: a signal must not fall between start and listening
    for (const signal of signals) process.on(signal, end);
    const child = spawn(python, args, {
      cwd: inProject("notebooks"),
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
      // a Ctrl-C comes from here alone: a second signal makes Jupyter drop the kernels it is ending
      detached: true,
    });
    const finish = (/** @type {number} */ code) => {
      clearTimeout(patience);
      for (const signal of signals) process.off(signal, end);
      resolve(code);
    };
    child.once("error", (error) => {
      console.error(error.message);
      finish(1);
    });
    child.once("close", (code) => finish(patience === undefined ? (code ?? 1) : 0));
  });
}
