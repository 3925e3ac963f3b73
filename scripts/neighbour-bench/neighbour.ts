import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** Programs beside the engine: so many that compute all the time, or one that does for half of each tenth of a second. */
export type Neighbours = number | "half";

const always = "for (;;);";
const halfOfTheTime =
  "setInterval(() => { const end = performance.now() + 50; while (performance.now() < end); }, 100)";

/** Starts them; the result ends them, and resolves once they are gone. */
export async function startNeighbours(neighbours: Neighbours): Promise<() => Promise<void>> {
  const programs = neighbours === "half" ? [halfOfTheTime] : Array.from({ length: neighbours }, () => always);
  const children = programs.map((program) => spawn(process.execPath, ["-e", program], { stdio: "ignore" }));
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(ended));
  };
  try {
    await Promise.all(children.map((child) => once(child, "spawn")));
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
