import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** How one program keeps a processor busy: all the time, or 50 ms of every 100. */
export type NeighbourKind = "busy" | "half busy";

/** Busy in bursts; looks between them whether its parent is there, so that none outlives a benchmark that is killed. */
const program = (kind: NeighbourKind): string => `
  const parent = process.ppid;
  const burst = () => {
    for (const until = performance.now() + 50; performance.now() < until; );
    if (process.ppid === parent) setTimeout(burst, ${kind === "busy" ? 0 : 50});
  };
  burst();`;

/** Runs `use` beside that many programs that want a processor. All have ended when this resolves. */
export async function withNeighbours<Result>(
  kind: NeighbourKind,
  count: number,
  use: () => Promise<Result>,
): Promise<Result> {
  const started = Array.from({ length: count }, () => startNeighbour(kind));
  try {
    await Promise.all(started.map(({ ready }) => ready));
    return await use();
  } finally {
    await Promise.all(started.map(({ child }) => end(child)));
  }
}

function startNeighbour(kind: NeighbourKind): { child: ChildProcess; ready: Promise<unknown> } {
  const child = spawn(process.execPath, ["--eval", program(kind)], { stdio: "ignore" });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  return { child, ready: Promise.race([once(child, "spawn"), failed]) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
