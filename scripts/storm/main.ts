/** `npm run storm`: clients and hurt engines over a server of its own; prints a table, fails when it did not withstand. */
import { formatStorm } from "./format-storm.js";
import { formatRestarts } from "./restarts/format-restarts.js";
import { runRestarts } from "./restarts/run-restarts.js";
import { runStorm } from "./run-storm.js";
import { BadStormOption, parseStormOptions, stormHelp } from "./storm-options.js";

/** Exit code of a program ended by an interrupt (128 + SIGINT), as shells give it. */
const interrupted = 130;

async function main(args: readonly string[]): Promise<void> {
  const options = parseStormOptions(args, () => Date.now() % 1_000_000_000);
  if (options === null) return console.log(stormHelp);
  const leave = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => leave.abort());
  try {
    const say = (line: string): void => console.error(line);
    const report = options.restarts
      ? await runRestarts(options, leave.signal, say)
      : await runStorm(options, leave.signal, say);
    console.log("blows" in report ? formatStorm(report) : formatRestarts(report));
    if (report.problems.length > 0) process.exitCode = 1;
  } catch (error) {
    if (!leave.signal.aborted) throw error;
    console.error("Interrupted; the server was stopped.");
    process.exitCode = interrupted;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = error instanceof BadStormOption ? 2 : 1;
});
