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

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";
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
 * A log that writes lines at `level` and above to `file`, or to stderr when undefined. Makes the file's folder.
 *
 * Refuses with `invalid_request` a file that cannot be opened.
 */
export function createLog(level: LogLevel, file?: string): Log {
  const secrets = new Set<string>();
  const output = openOutput(level, file);
  const write = (lineLevel: LogLevel, message: string, fields: LogFields = {}): void => {
    if (ranks[lineLevel] < ranks[level]) return;
    let line = logLine({ time: new Date().toISOString(), level: lineLevel, message, ...fields });
    for (const secret of secrets) line = line.split(secret).join("[redacted]");
    output?.write(`${line}\n`);
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
