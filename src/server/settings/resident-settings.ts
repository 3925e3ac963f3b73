/** The settings of models: what else they are called, and which are kept in memory. */
import { bytesOrAuto, parseDuration, text, wholeOrAuto } from "./parsers.js";
import type { SettingSpec } from "./setting.js";

export interface ResidentSettings {
  /** Other names of models, each as "name=id". */
  readonly alias: readonly string[];
  /** Models that write text in memory at once, what leaves included; "auto": as many as memory allows. Others are small and count in bytes only. */
  readonly resident: number | "auto";
  /** Bytes that all models together may take; "auto": what the machine has. */
  readonly residentMemory: number | "auto";
  /** Seconds without a request after which a model leaves memory. */
  readonly keepAlive: number | "never";
  /** Bytes that conversations may take which had to leave their slots, of each model; 0: they are read again. */
  readonly conversationMemory: number | "auto";
}

export const residentSettingSpecs: {
  readonly [Name in keyof ResidentSettings]: SettingSpec<ResidentSettings[Name]>;
} = {
  alias: {
    flag: "alias",
    isList: true,
    variable: "LOCALLAB_ALIAS",
    description:
      'Another name for a model, such as "gpt-4o-mini=smollm2-135m-instruct"; several by commas, or the flag again.',
    defaultText: "none",
    parse: (value, name) =>
      value
        .split(",")
        .map((pair) => pair.trim())
        .filter((pair) => pair !== "")
        .map((pair) =>
          text(/^[^=\s]{1,128}=[^=,\0]{1,512}$/, "pairs such as name=id, separated by commas")(pair, name),
        ),
    fallback: () => [],
  },
  resident: {
    flag: "resident",
    variable: "LOCALLAB_RESIDENT",
    description: 'Models kept in memory at once, 1 to 64; "auto": as many as memory allows.',
    defaultText: "auto",
    parse: wholeOrAuto(1, 64),
    fallback: () => "auto",
  },
  residentMemory: {
    flag: "resident-memory",
    variable: "LOCALLAB_RESIDENT_MEMORY",
    description: 'Memory that all models together may take, such as "6GiB" or "800MB"; "auto": what the machine has.',
    defaultText: "auto",
    parse: bytesOrAuto(2 ** 20, 2 ** 50),
    fallback: () => "auto",
  },
  keepAlive: {
    flag: "keep-alive",
    variable: "LOCALLAB_KEEP_ALIVE",
    description: 'Time without a request after which a model leaves memory, 1 s to 30 days; "never": it stays.',
    defaultText: "never",
    parse: (value, name) => (value === "never" ? "never" : parseDuration(1, 2_592_000)(value, name)),
    fallback: () => "never",
  },
  conversationMemory: {
    flag: "conversation-memory",
    variable: "LOCALLAB_CONVERSATION_MEMORY",
    description:
      'Memory for conversations that had to leave their slots, of each model, such as "2GiB"; "auto": an eighth of what is free; "off": they are read again.',
    defaultText: "auto",
    parse: (value, name) => (value === "off" ? 0 : bytesOrAuto(2 ** 20, 2 ** 50)(value, name)),
    fallback: () => "auto",
  },
};
