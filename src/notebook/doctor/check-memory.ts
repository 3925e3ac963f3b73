/** Memory that a model could take now. */
import { availableMemoryBytes, memoryLimitBytes } from "../../server/machine/container.js";
import { bytesText } from "../displays/units.js";
import type { DoctorInput } from "./doctor-input.js";
import { type Finding, finding } from "./finding.js";

const gibibyte = 1024 ** 3;
/** Server and engine with the sample model stay below this together. */
const badBytes = gibibyte / 4;
/** The smallest useful models, 0.5 to 1 billion parameters at 4 bits, with their context. */
const roomyBytes = 1.5 * gibibyte;

export function checkMemory({ isKernel }: Pick<DoctorInput, "isKernel">): Finding {
  const available = availableMemoryBytes();
  const total = memoryLimitBytes();
  const found = `${bytesText(available)} of ${bytesText(total)} available`;
  const fix = isKernel
    ? "await startLab({ slots: 1, context: 1024 })"
    : "npx --no -- locallab serve --slots 1 --context 1024";
  if (available < badBytes) return finding("Memory", "bad", found, "A lab needs more: close other programs.", fix);
  if (available < roomyBytes) {
    return finding("Memory", "warning", found, "Only small models fit; fewer slots and less context need less.", fix);
  }
  return finding("Memory", "good", found, "A model may take most of that, context × slots included.");
}
