/** `LOCALLAB_TEST_SKIP=browser,redis`: parts of the tests to leave out on a machine that cannot have what they need. */

/** What can be left out, and what is not tested then. */
const parts = Object.freeze({
  browser: "how pages and notebooks look in Chromium",
  "llama-server": "prompts and answers beside llama-server",
  "locallab-client": "LocalLab's own Python client",
  "python-clients": "OpenAI's, Anthropic's and other clients in Python",
  "jupyter-proxy": "a lab behind jupyter-server-proxy, and %%ts installed by pip",
  "classic-notebook": "cells in the classic Notebook",
  redis: "limits shared through Redis",
  jupyter: "notebooks in real Jupyter",
  nodes: "server and quickstart on Node 20, 22 and 24",
  "starter-model": "what a real model answers",
  "embedding-model": "what a real model for embeddings gives",
});

/** @typedef {keyof typeof parts} Part */

/**
 * The parts to leave out. Refuses a name that is not one of them.
 *
 * @param {string | undefined} [text]
 * @returns {ReadonlySet<Part>}
 */
export function skippedParts(text = process.env.LOCALLAB_TEST_SKIP) {
  const names = (text ?? "").split(",").map((name) => name.trim());
  const skipped = names.filter((name) => name !== "");
  const unknown = skipped.find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined) {
    throw new Error(`LOCALLAB_TEST_SKIP names "${unknown}". It may name ${Object.keys(parts).join(", ")}.`);
  }
  return new Set(/** @type {Part[]} */ (skipped));
}

/** The line that says a part is left out, to be printed wherever it is. */
export const skipNotice = (/** @type {Part} */ part) =>
  `SKIPPED because LOCALLAB_TEST_SKIP names ${part}: not tested is ${parts[part]}.`;
