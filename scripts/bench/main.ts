/** `npm run bench`: measures the server over HTTP and prints a table. */
import { writeFileSync } from "node:fs";
import { BadOption, type BenchOptions, benchHelp, parseBenchOptions } from "./bench-options.js";
import { formatBeside } from "./beside/format-beside.js";
import { runBeside } from "./beside/run-beside.js";
import { formatReport } from "./format-report.js";
import { runBench } from "./run-bench.js";

/** Exit code of a program ended by an interrupt (128 + SIGINT), as shells give it. */
const interrupted = 130;

async function main(args: readonly string[]): Promise<void> {
  const options = parseBenchOptions(args);
  if (options === null) return console.log(benchHelp);
  const leave = new AbortController();
  // again and again: a terminal and npm may each send one, and the server needs a moment to end
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => leave.abort());
  try {
    const { report, text } = await measure(options, leave.signal);
    console.log(text);
    if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    if (!leave.signal.aborted) throw error;
    console.error("Interrupted; the server was stopped.");
    process.exitCode = interrupted;
  } finally {
    // whatever still waits for an answer
    leave.abort();
  }
}

/** The real model stands beside a llama-server of its own, unless another server was named. */
async function measure(options: BenchOptions, signal: AbortSignal): Promise<{ report: object; text: string }> {
  const say = (line: string): void => console.error(line);
  if (options.model === "smollm2" && options.against === null) {
    const report = await runBeside(options, signal, say);
    return { report, text: formatBeside(report) };
  }
  const report = await runBench(options, signal, say);
  return { report, text: formatReport(report) };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = error instanceof BadOption ? 2 : 1;
});
