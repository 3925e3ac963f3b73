import type { LlamaLogLevel } from "node-llama-cpp";
import type { FromEngine } from "../engine/local/messages.js";

/** Lines kept to find the reason of a failure in. */
const mostKept = 50;

type LogMessage = Extract<FromEngine, { readonly type: "log" }>;

/**
 * Receives the native library's log: passes warnings and errors on, and knows why a load failed, which the
 * exception does not say.
 */
export class NativeLog {
  readonly #report: (message: LogMessage) => void;
  #errors: string[] = [];

  constructor(report: (message: LogMessage) => void) {
    this.#report = report;
  }

  /** To be given to the library as its logger. */
  readonly write = (level: LlamaLogLevel, text: string): void => {
    const message = text.trim();
    if (message === "") return;
    const isError = level === ("error" as LlamaLogLevel) || level === ("fatal" as LlamaLogLevel);
    if (isError) this.#errors = [...this.#errors, message].slice(-mostKept);
    this.#report({ type: "log", level: isError ? "error" : "warn", message });
  };

  /** Says something of our own. */
  warn(message: string): void {
    this.#report({ type: "log", level: "warn", message });
  }

  /** Forgets the errors so far, before something whose failure is to be explained. */
  forget(): void {
    this.#errors = [];
  }

  /** The most telling error since the last `forget`, without the names of native functions; undefined for none. */
  reason(): string | undefined {
    const lines = this.#errors.flatMap((text) => text.split("\n"));
    const summary = lines.findLast((line) => line.includes("error loading model"));
    const line = summary === undefined || summary.includes("failed to load model from") ? lines[0] : summary;
    return line?.replace(/^(?:(?:[a-z0-9_]+|error loading model(?: [a-z]+)?): )+/, "");
  }
}
