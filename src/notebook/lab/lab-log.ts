/** The end of a server's log file, for a cell that wants to know what happened. */
import { open } from "node:fs/promises";
import { LabRequestError } from "../client/request-error.js";

/** The last lines of a lab's log. Prints itself. */
export interface LabLog {
  /** The file, for `tail -f`. */
  file: string;
  /** The lines, oldest first. */
  lines: string[];
}

/** Most bytes that are read from the end of the file. */
const maxBytes = 1024 * 1024;

/** The last lines. Refuses for a lab without a file, and a number of lines that is not 1 to 10000. */
export async function readLog(file: string | null | undefined, lines: number): Promise<LabLog> {
  if (!Number.isInteger(lines) || lines < 1 || lines > 10_000) {
    const sentence = `logs(${lines}): the number of lines is a whole number from 1 to 10000.`;
    throw new LabRequestError("invalid_request", sentence, { param: "lines" });
  }
  if (!file) {
    const sentence = "The log of this lab is on the machine it runs on. Only a lab of startLab() shows it here.";
    throw new LabRequestError("log_not_here", sentence);
  }
  const text = await endOf(file);
  return { file, lines: text.split("\n").filter(Boolean).slice(-lines) };
}

async function endOf(file: string): Promise<string> {
  const handle = await open(file, "r").catch((cause: unknown) => {
    throw new LabRequestError("log_not_here", `The log file ${file} cannot be read.`, { cause });
  });
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, maxBytes);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    const text = buffer.toString("utf8");
    // the first line may have been cut
    return size > length ? text.slice(text.indexOf("\n") + 1) : text;
  } finally {
    await handle.close();
  }
}
