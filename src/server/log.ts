/**
 * The log: one JSON object a line, to stderr or a file, with secrets taken out.
 *
 * Nothing here writes to stdout: a notebook or a pipe may be reading that.
 */
import { createWriteStream, type WriteStream } from "node:fs";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";
export type LogFields = Readonly<Record<string, unknown>>;

const ranks: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };

/** Fields whose value is never written, whatever it is. */
const secretField = /(authorization|api[-_]?key|token$|authtoken|secret|password|cookie)/i;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** From now on this text is replaced wherever it would appear. Texts under 8 characters are ignored. */
  hide(secret: string | undefined): void;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

/** A log that writes lines at `level` and above to `file`, or to stderr when undefined. */
export function createLog(level: LogLevel, file?: string): Log {
  const secrets = new Set<string>();
  const stream: WriteStream | undefined =
    file === undefined ? undefined : createWriteStream(file, { flags: "a", mode: 0o600 });
  // a log that cannot be written must not end the server
  stream?.on("error", () => {});
  const write = (lineLevel: LogLevel, message: string, fields: LogFields = {}): void => {
    if (ranks[lineLevel] < ranks[level]) return;
    let line = JSON.stringify({ time: new Date().toISOString(), level: lineLevel, message, ...fields }, replaceSecret);
    for (const secret of secrets) line = line.split(secret).join("[redacted]");
    (stream ?? process.stderr).write(`${line}\n`);
  };
  return {
    debug: (message, fields) => write("debug", message, fields),
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
    hide: (secret) => {
      if (secret !== undefined && secret.length >= 8) secrets.add(JSON.stringify(secret).slice(1, -1));
    },
    close: () => new Promise((resolve) => (stream === undefined ? resolve() : stream.end(() => resolve()))),
  };
}

function replaceSecret(key: string, value: unknown): unknown {
  if (secretField.test(key) && typeof value === "string") return "[redacted]";
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return value;
}
