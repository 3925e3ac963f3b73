/** What every command shares: help, refusals in one sentence, and a reader that goes away early. */
import { cleanText } from "../client/clean-text.js";
import { LabRequestError } from "../client/request-error.js";
import { type CommandLine, type CommandSpec, helpText, readCommandLine, UsageError } from "./command-line.js";

/**
 * Exit codes: it went well; something was refused or failed; the line was not understood; no such lab runs; Ctrl-C
 * (128 + 2, as shells have it).
 */
export const exitCodes = { good: 0, failed: 1, usage: 2, nothingRuns: 3, interrupted: 130 } as const;

/** Runs a command and gives its exit code. What a person can act on is one sentence; anything else is thrown. */
export async function performCommand(
  spec: CommandSpec,
  args: string[],
  action: (line: CommandLine) => Promise<number>,
): Promise<number> {
  // the reader of a pipe may have seen enough
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const leave = (): never => process.exit(exitCodes.interrupted);
  if (spec.heedsInterrupt !== true) process.on("SIGINT", leave);
  try {
    const line = readCommandLine(spec, args);
    if (line === "help") {
      console.log(helpText(spec));
      return exitCodes.good;
    }
    return await action(line);
  } catch (error) {
    if (!(error instanceof LabRequestError)) throw error;
    console.error(terminalWords(error));
    if (error instanceof UsageError) return exitCodes.usage;
    return error.code === "no_lab" ? exitCodes.nothingRuns : exitCodes.failed;
  } finally {
    process.off("SIGINT", leave);
  }
}

/** The sentence of an error as it belongs into a terminal: what a cell would do is of no use there. */
export const terminalWords = ({ message }: LabRequestError): string =>
  cleanText(
    message.replace(/ In a cell: \S.*$/s, "").replaceAll("load one with POST /models/load", "locallab load ID"),
  );
