/**
 * The log: one JSON object a line, to stderr or a file, with secrets taken out.
 *
 * Nothing here writes to stdout: a notebook or a pipe may be reading that. Nothing here throws or ends the server either,
 * whatever it is given and whatever becomes of the place it writes to.
 */
import { messageOf } from "./async/message-of.js";
import { LabError } from "./errors.js";
import { FileOutput } from "./log/file-output.js";
import { logLine } from "./log/log-line.js";
import type { LogOutput } from "./log/log-output.js";
import { openStderr } from "./log/stderr-output.js";
import { logText } from "./text/log-text.js";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";
/** "auto": lines for people where stderr is a terminal, else JSON. */
export type LogFormat = "auto" | "json" | "text";
export type LogFields = Readonly<Record<string, unknown>>;

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** From now on this text is replaced wherever it would appear. Texts under 8 characters are ignored. */
  hide(secret: string | undefined): void;
  /** Resolves when everything is written, or 2 s later. */
  close(): Promise<void>;
}

/** Milliseconds that the last lines get to be written. */
const closeMs = 2000;

/**
 * A log that writes lines at `level` and above to `file`, or to stderr when undefined. Makes the file's folder. A file gets
 * JSON, whatever the `format`.
 *
 * Refuses with `invalid_request` a file that cannot be opened.
 */
export function createLog(level: LogLevel, file?: string, format: LogFormat = "json"): Log {
  const secrets = new Set<string>();
  const output = openOutput(level, file);
  const isForPeople = file === undefined && isLogForPeople(format);
  const write = (lineLevel: LogLevel, message: string, fields: LogFields = {}): void => {
    if (ranks[lineLevel] < ranks[level]) return;
    let line = logLine({ time: new Date().toISOString(), level: lineLevel, message, ...fields });
    for (const secret of secrets) line = line.split(secret).join("[redacted]");
    output?.write(`${isForPeople ? forPeople(line) : line}\n`);
  };
  return {
    debug: (message, fields) => write("debug", message, fields),
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
    hide: (secret) => {
      if (secret !== undefined && secret.length >= 8) secrets.add(JSON.stringify(secret).slice(1, -1));
    },
    close: async () => output?.close(closeMs),
  };
}

/** Whether a log to stderr is one for people. */
export const isLogForPeople = (format: LogFormat): boolean =>
  format === "text" || (format === "auto" && process.stderr.isTTY === true);

/** Less strong than what the command itself says, where the terminal can and may (NO_COLOR, TERM=dumb). */
const forPeople = (line: string): string =>
  process.stderr.isTTY === true && process.stderr.hasColors() ? `\u001b[2m${logText(line)}\u001b[22m` : logText(line);

function openOutput(level: LogLevel, file: string | undefined): LogOutput | undefined {
  try {
    if (file !== undefined) return new FileOutput(file);
  } catch (error) {
    throw new LabError(
      "invalid_request",
      `--log-file is "${file}", which cannot be written: ${messageOf(error)}. Name a file in a folder of yours.`,
      { param: "logFile", cause: error },
    );
  }
  return level === "silent" ? undefined : openStderr();
}
