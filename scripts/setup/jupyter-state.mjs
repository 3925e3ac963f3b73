/** What set-up remembers of Jupyter between two starts, in `.locallab/jupyter.json`. It is looked at, never trusted. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { inProject } from "./project.mjs";

/**
 * @typedef {object} JupyterState
 * @property {string} [python] the one that served last time
 * @property {string} [environment] what our environment was made from, or "unfinished"
 */

const file = () => inProject(".locallab/jupyter.json");

/** @returns {JupyterState} */
export function readJupyterState() {
  try {
    const { python, environment } = JSON.parse(readFileSync(file(), "utf8"));
    return {
      ...(typeof python === "string" && { python }),
      ...(typeof environment === "string" && { environment }),
    };
  } catch {
    return {};
  }
}

/**
 * Adds to what is remembered.
 *
 * @param {JupyterState} change
 */
export function rememberJupyter(change) {
  const state = { ...readJupyterState(), ...change };
  mkdirSync(inProject(".locallab"), { recursive: true });
  const fresh = `${file()}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(state)}\n`);
  renameSync(fresh, file());
}
