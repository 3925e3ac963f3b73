/** The doctor at the place it is called from: this process, its folder, the labs of this machine. */
import { fileURLToPath } from "node:url";
import type { Connection } from "../client/connection.js";
import { runningLabs } from "../client/running-labs.js";
import { environment } from "../kernel/environment.js";
import { inKernel } from "../kernel/kernel.js";
import type { DoctorInput } from "./doctor-input.js";
import { examine } from "./examine.js";
import type { DoctorReport } from "./finding.js";

/** Absolute path of this package's folder, without a slash at the end. */
const packageFolder: string = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/** Looks at everything LocalLab needs here; asks the lab behind `connection`, if there is one, about its engine. */
export const examineHere = (connection?: Connection): Promise<DoctorReport> =>
  examine({
    env: environment(),
    folder: or(() => process.cwd(), "/"),
    projectFolder: packageFolder,
    isKernel: inKernel(),
    connection,
    labs: or<DoctorInput["labs"]>(runningLabs, []),
  });

/** The doctor never fails: a folder that was removed, or one that cannot be read, is for the checks to find. */
function or<Value>(ask: () => Value, fallback: Value): Value {
  try {
    return ask();
  } catch {
    return fallback;
  }
}
