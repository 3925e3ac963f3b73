/**
 * Keeps a kernel going when a package.json changes beside it, as `npm install` does. Loaded before tslab, by the kernel
 * spec.
 *
 * tslab 1.0.22 keeps one timer of the TypeScript compiler and throws as soon as there is a second one: from then on
 * every cell fails with "Unexpected pending rebuildTimer". The compiler itself replaces and clears its timers, so the
 * newest is the one to run. Goes when tslab does the same.
 */
const { Module } = require("node:module");

const file = /[\\/]tslab[\\/]dist[\\/]converter\.js$/;
const refusals = [
  'throw new Error("Unexpected pending rebuildTimer");',
  'throw new Error("clearing unexpected tiemr");',
];

/** @type {{ _compile: (this: unknown, content: string, filename: string, ...rest: unknown[]) => unknown }} */
const loader = /** @type {any} */ (Module.prototype);
const compile = loader._compile;
loader._compile = function (content, filename, ...rest) {
  if (!file.test(filename)) return compile.call(this, content, filename, ...rest);
  loader._compile = compile;
  const isKnown = refusals.every((refusal) => content.split(refusal).length === 2);
  if (!isKnown) console.error("This version of tslab is not known: after npm install, restart the kernels that run.");
  const patched = isKnown ? refusals.reduce((text, refusal) => text.replace(refusal, ""), content) : content;
  return compile.call(this, patched, filename, ...rest);
};
