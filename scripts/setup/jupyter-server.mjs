/** Jupyter in the foreground, on the quickstart. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { endLabs, labRuntimeFolder } from "./end-labs.mjs";
import { jupyterAddress, pageAddress } from "./jupyter-address.mjs";
import { firstPage, jupyterArguments } from "./jupyter-arguments.mjs";
import { jupyterEnvironment, runtimeFolder } from "./jupyter-environment.mjs";
import { userNotebooks } from "./notebook-copies.mjs";
import { inProject } from "./project.mjs";

/** @type {readonly NodeJS.Signals[]} */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Milliseconds Jupyter and its kernels get to end. */
const endingMs = 20_000;
/** All that Jupyter and its kernels say, of the last start. */
const logName = ".locallab/jupyter.log";
/** Of a Jupyter that could not start these last lines are shown. */
const shownLines = 12;

/**
 * Runs JupyterLab, or the classic notebook where that is all there is, until it ends or Ctrl-C. Gives the exit code.
 *
 * @param {import("./start.mjs").JupyterParts} parts
 * @param {import("./start-options.mjs").StartOptions} options
 */
export async function openJupyter({ python, jupyterPath, isLab }, options) {
  const since = Date.now();
  const args = jupyterArguments(isLab, options, process.getuid?.() === 0);
  const code = await runToEnd(python, args, jupyterEnvironment(jupyterPath), (server) => {
    if (options.port !== undefined && server.port !== options.port)
      console.log(`${"jupyter".padEnd(13)} port ${options.port} is taken: it uses ${server.port}`);
    console.log(`\nOpen ${pageAddress(server, firstPage(isLab))}   Ctrl-C ends Jupyter and its labs.`);
  });
  const ended = await endLabs({ runtimeDir: await labRuntimeFolder(), since });
  console.log(["Jupyter has ended", ...ended.map((name) => `lab "${name}" has ended`)].join("; ").concat("."));
  return code;
}

/**
 * @param {string} python
 * @param {readonly string[]} args
 * @param {Record<string, string>} env
 * @param {(server: { url: string, token: string, port: number }) => void} onReady
 * @returns {Promise<number>}
 */
function runToEnd(python, args, env, onReady) {
  return new Promise((resolve) => {
    /** @type {NodeJS.Timeout | undefined} */
    let patience;
    let isOver = false;
    let isReady = false;
    const end = () => {
      if (patience !== undefined) return;
      child.kill("SIGTERM");
      patience = setTimeout(() => child.kill("SIGKILL"), endingMs);
    };
    // listening begins first: a signal must not fall between start and listening
    for (const signal of signals) process.on(signal, end);
    const log = openSync(inProject(logName), "w");
    const child = spawn(python, args, {
      cwd: userNotebooks,
      env: { ...process.env, ...env },
      stdio: ["ignore", log, log],
      // a Ctrl-C comes from here alone: a second signal makes Jupyter drop the kernels it is ending
      detached: true,
    });
    const finish = (/** @type {number} */ code, problem = "") => {
      isOver = true;
      clearTimeout(patience);
      closeSync(log);
      for (const signal of signals) process.off(signal, end);
      if (problem !== "") console.error(problem);
      resolve(code);
    };
    child.once("error", (error) => finish(1, error.message));
    child.once("close", (code) => {
      if (patience !== undefined) finish(0);
      else finish(code ?? 1, isReady && code === 0 ? "" : `Jupyter ended with code ${code}. ${lastLines()}`);
    });
    const isLate = () => isOver || patience !== undefined;
    const announce = async () => {
      const server = await jupyterAddress(child.pid ?? 0, runtimeFolder, isLate);
      if (server === undefined || isLate()) return;
      isReady = true;
      onReady(server);
    };
    announce().catch((error) => {
      console.error(error);
      end();
    });
  });
}

/** Why it ended, in its own words. */
function lastLines() {
  const lines = readFileSync(inProject(logName), "utf8").trimEnd().split("\n").slice(-shownLines);
  return `The end of ${logName}:\n${lines.join("\n")}`;
}
