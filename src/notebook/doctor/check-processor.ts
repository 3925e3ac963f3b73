/** Whether other programs keep the cores busy that a model on the CPU computes with. */
import { cpus } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { type BusyThreads, openBusyThreads } from "../../server/machine/busy-threads.js";
import type { Health } from "../../server/wire/system.js";
import { countText } from "../displays/units.js";
import type { DoctorInput } from "./doctor-input.js";
import { type Finding, finding } from "./finding.js";

/** What is there all this time stays; programs that the doctor starts come and go. Longer than processor times need. */
const lookMs = 1200;
const everyMs = 40;

const busiest =
  process.platform === "darwin" ? "ps -Aro pid,pcpu,comm | head -6" : "ps -eo pid,pcpu,comm --sort=-pcpu | head -6";

/** `busyThreads` and `cores` are others in tests; the first is closed. */
export async function checkProcessor(
  { connection }: Pick<DoctorInput, "connection">,
  busyThreads: BusyThreads = openBusyThreads(),
  cores: number = cpus().length,
): Promise<Finding> {
  const others = await lastingOthers(busyThreads);
  const all = countText(cores, "core");
  if (others === null) return finding("Processor", "good", all, "How busy they are cannot be seen here.");
  const quiet = { waitSeconds: 0, headSeconds: 1 };
  const health = await connection?.json<Health>("GET", "/health", quiet).catch(() => undefined);
  if ((health?.slots?.busy ?? 0) > 0) {
    return finding(
      "Processor",
      "good",
      `${all}, the lab is at work`,
      "Look again when it is idle to see what else runs.",
    );
  }
  const found = others === 0 ? `${all}, free` : `${all}, ${countText(others, "thread")} of other programs on them`;
  if (2 * others < cores)
    return finding("Processor", "good", found, "A model on the CPU uses the cores that are free.");
  return finding(
    "Processor",
    "warning",
    found,
    "A model on the CPU gets what they leave: answers come slowly.",
    busiest,
  );
}

/** Threads of others that were there at every look; null where that is not known. */
async function lastingOthers(busyThreads: BusyThreads): Promise<number | null> {
  try {
    let fewest = Number.POSITIVE_INFINITY;
    for (let left = lookMs; left > 0; left -= everyMs) {
      await pause(everyMs);
      fewest = Math.min(fewest, busyThreads.others() ?? Number.POSITIVE_INFINITY);
    }
    return Number.isFinite(fewest) ? fewest : null;
  } finally {
    busyThreads.close();
  }
}
