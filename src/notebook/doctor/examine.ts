/** The doctor: looks at everything LocalLab needs, quickly, and never fails. */
import { messageOf } from "../../server/async/message-of.js";
import { TimeoutError, within } from "../../server/async/within.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { checkDisk } from "./check-disk.js";
import { checkEngine } from "./check-engine.js";
import { checkJupyter } from "./check-jupyter.js";
import { checkKernel } from "./check-kernel.js";
import { checkMemory } from "./check-memory.js";
import { checkNode } from "./check-node.js";
import { checkPort } from "./check-port.js";
import { checkProcessor } from "./check-processor.js";
import { checkRuntimeFolder } from "./check-runtime-folder.js";
import { checkAuthtoken, checkHubToken } from "./check-tokens.js";
import { checkTypes } from "./check-types.js";
import type { DoctorInput } from "./doctor-input.js";
import { reportView } from "./doctor-view.js";
import { type DoctorReport, type Finding, type FindingState, finding } from "./finding.js";

type Check = (input: DoctorInput) => Finding | Finding[] | Promise<Finding | Finding[]>;

const checks: readonly (readonly [name: string, check: Check])[] = [
  ["Node", () => checkNode()],
  ["Jupyter", checkJupyter],
  ["Kernel", checkKernel],
  ["Types", checkTypes],
  ["Engine", checkEngine],
  ["Processor", (input) => checkProcessor(input)],
  ["Memory", checkMemory],
  ["Disk", checkDisk],
  ["Port", checkPort],
  ["State files", checkRuntimeFolder],
  ["ngrok token", checkAuthtoken],
  ["HF token", checkHubToken],
];

/** Milliseconds a check gets; all run at once. */
const patienceMs = 2500;

/** Looks at everything. Takes less than 3 s; what cannot be looked at is a finding too. */
export async function examine(input: DoctorInput): Promise<DoctorReport> {
  const began = performance.now();
  const findings = (await Promise.all(checks.map(([name, check]) => lookAt(name, check, input)))).flat();
  return selfDisplaying(
    { state: worstOf(findings), findings, took_ms: Math.round(performance.now() - began) },
    reportView,
  );
}

async function lookAt(name: string, check: Check, input: DoctorInput): Promise<Finding | Finding[]> {
  try {
    return await within(patienceMs, "It", async () => check(input));
  } catch (error) {
    return unknown(name, error instanceof TimeoutError ? `no answer in ${patienceMs / 1000} s` : messageOf(error));
  }
}

const unknown = (name: string, reason: string): Finding =>
  finding(name, "warning", `not known: ${reason}`, "It could not be looked at.");

function worstOf(findings: readonly Finding[]): DoctorReport["state"] {
  const has = (state: FindingState): boolean => findings.some((one) => one.state === state);
  if (has("bad")) return "bad";
  return has("warning") ? "warning" : "good";
}
