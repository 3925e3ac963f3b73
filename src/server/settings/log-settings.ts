/** The settings of the log. */
import { oneOf, path } from "./parsers.js";
import type { SettingSpec } from "./setting.js";

export interface LogSettings {
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** How the log looks on stderr; a file gets JSON. */
  readonly logFormat: "auto" | "json" | "text";
  /** Path of the log file; undefined writes to stderr. */
  readonly logFile: string | undefined;
}

export const logSettingSpecs: { readonly [Name in keyof LogSettings]: SettingSpec<LogSettings[Name]> } = {
  logLevel: {
    flag: "log-level",
    variable: "LOCALLAB_LOG_LEVEL",
    description: "debug, info, warn, error or silent.",
    defaultText: "info",
    parse: oneOf("debug", "info", "warn", "error", "silent"),
    fallback: () => "info",
  },
  logFormat: {
    flag: "log-format",
    variable: "LOCALLAB_LOG_FORMAT",
    description: "How the log looks on stderr: json, text (lines for people), or auto: text on a terminal, else json.",
    defaultText: "auto",
    parse: oneOf("auto", "json", "text"),
    fallback: () => "auto",
  },
  logFile: {
    flag: "log-file",
    variable: "LOCALLAB_LOG_FILE",
    description: "File that the log is appended to instead of stderr, as JSON.",
    defaultText: "stderr",
    parse: path,
    fallback: () => undefined,
  },
};
