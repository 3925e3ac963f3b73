/** What every command shares: help, refusals in one sentence, and a reader that goes away early. */
import { cleanText } from "../client/clean-text.js";
import { LabRequestError } from "../client/request-error.js";
import { type CommandLine, type CommandSpec, helpText, readCommandLine } from "./command-line.js";

/** Exit codes: it went well; something was refused or failed; no such lab runs. */
export const exitCodes = { good: 0, failed: 1, nothingRuns: 3 } as const;

/** Runs a command and gives its exit code. What a person can act on is one sentence; anything else is thrown. */
export async function runCommand(
  spec: CommandSpec,
  args: string[],
  action: (line: CommandLine) => Promise<number>,
): Promise<number> {
  // the reader of a pipe may have seen enough
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  try {
    const line = readCommandLine(spec, args);
    if (line === "help") {
      console.log(helpText(spec));
      return exitCodes.good;
    }
    return await action(line);
  } catch (error) {
    if (!(error instanceof LabRequestError)) throw error;
    // what a cell would do is of no use in a terminal
    console.error(cleanText(error.message.replace(/ In a cell: \S.*$/s, "")));
    return error.code === "no_lab" ? exitCodes.nothingRuns : exitCodes.failed;
  }
}
