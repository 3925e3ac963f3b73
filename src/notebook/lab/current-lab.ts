/** Finds the labs of this process again, for a cell that lost its variables. */

import { LabRequestError } from "../client/request-error.js";
import { inKernel } from "../kernel/kernel.js";
import type { ConnectedLab } from "./connected-lab.js";
import type { Lab } from "./lab.js";
import { offerModelIds } from "./offer-model-ids.js";

const key = Symbol.for("locallab.labs");

/** One list per process, however often this package was loaded. */
function labs(): ConnectedLab[] {
  const holder = globalThis as { [key]?: ConnectedLab[] };
  holder[key] ??= [];
  return holder[key];
}

/** Notes a lab, so that `currentLab()` gives it, and Tab in a cell its models. */
export function remember(lab: ConnectedLab): void {
  const running = labs().filter((other) => !other.stopped && other !== lab);
  labs().splice(0, Number.POSITIVE_INFINITY, ...running, lab);
  if (inKernel()) void offerModelIds(lab.models);
}

/**
 * The lab that was started or connected last and not stopped, for cells that lost the variable: tslab forgets what a
 * cell declared when the cell throws or is interrupted.
 *
 * Fails with `no_lab` when there is none.
 */
export function currentLab(): Lab {
  const lab = labs().findLast((candidate) => !candidate.stopped);
  if (lab) return lab;
  throw new LabRequestError("no_lab", "No lab runs in this notebook. Run: const lab = await startLab();");
}
