/** The engine as it would be without its gate: each step on all threads, whoever else computes. */
import { StepGate } from "../../src/server/llama/step-gate.js";

let threads = 1;
const { allow } = StepGate.prototype;
StepGate.prototype.allow = function (mostThreads) {
  threads = mostThreads;
  allow.call(this, mostThreads);
};
StepGate.prototype.beforeStep = () => threads;

await import("../../src/server/llama/engine-main.js");
