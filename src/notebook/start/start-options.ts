/** What a cell may ask of the server it starts, and how that becomes flags of the server. */
import { absolutePath } from "../../server/state/absolute-path.js";
import { modelAsTyped } from "../../server/state/model-path.js";
import { LabRequestError } from "../client/request-error.js";
import { refuseLostValue, refuseUnknownOptions } from "../client/wire-options.js";

/** Options of `startLab`. The same names as flags (`--models-dir`) and variables (`LOCALLAB_MODELS_DIR`). */
export interface StartOptions {
  /** Name of the lab; labs with different names run side by side. Default "default". */
  name?: string;
  /**
   * Model to load: its id, or the path of a file. Default "auto": the only one of `modelsDir`, else the starter model, else
   * the sample; "none" loads nothing.
   */
  model?: string;
  /** Folder that is searched for .gguf files. Default: models in the user's cache folder. */
  modelsDir?: string;
  /** Address to listen on. Default 127.0.0.1; anything but loopback needs `apiKey`. */
  host?: string;
  /** Port, 0 to 65535; 0 takes any. When it is taken by another program, the next free one is used and said. Default 8000. */
  port?: number;
  /** When the port is taken, how many of the next ones are tried, 0 to 1000. Default 100. */
  portSearch?: number;
  /** Tokens per slot, prompt and answer together, 64 to 1048576. Default 4096, or less where memory is short. */
  context?: number;
  /** Requests that run at once, 1 to 64. Memory is context × slots. Default 4. */
  slots?: number;
  /** Requests that may wait for a slot, 0 to 10000. Default 64. */
  waiting?: number;
  /** Where the model runs: "auto" takes the best there is, "off" is the CPU. Default "auto". */
  gpu?: "auto" | "off" | "cuda" | "metal" | "vulkan";
  /** Threads for decoding at most, 1 to the number of cores; fewer while other programs keep cores busy. Default: the number of cores. */
  threads?: number;
  /** Most prompt tokens read in one decoding step, 8 to 4096. Default "auto": 128 on the CPU, 512 on a GPU. */
  prefillChunk?: number | "auto";
  /** How long a load may show no progress before it is ended: seconds, or "90s", "5m"; 1 s to 1 h. Default 60. */
  loadTimeout?: number | string;
  /** Models kept in memory at once, 1 to 64. Default "auto": as many as memory allows. */
  resident?: number | "auto";
  /** Memory that all models together may take, such as "6GiB". Default "auto": what the machine has. */
  residentMemory?: string;
  /** Time without a request after which a model leaves memory: seconds, or "10m", "never". Default "never". */
  keepAlive?: number | string;
  /**
   * Memory for conversations that had to leave their slots, of each model, such as "2GiB"; "off": they are read again.
   * Default "auto": an eighth of what is free.
   */
  conversationMemory?: string;
  /**
   * Other names for models, such as `{ "gpt-4o-mini": "smollm2-135m-instruct" }`: programs that insist on a name get along.
   * Default none.
   */
  alias?: Readonly<Record<string, string>>;
  /** How long the server stays when no notebook holds it: seconds, or "90s", "8h", "off" for ever. Default 120. */
  linger?: number | string;
  /**
   * Key that clients must send, 16 to 512 visible characters; this notebook sends it by itself. Default: none is needed on
   * a machine of one's own; on a hub one is made.
   */
  apiKey?: string;
  /** "off" switches off the limit of 60 requests a minute and 10 a second. This notebook is never limited. Default "on". */
  rateLimit?: "on" | "off";
  /** Further host names that clients may use for this server; one * in a name stands for any text. Default: those of the hub or codespace. */
  allowedHosts?: readonly string[];
  /** "full": `lab.requests()` tells the prompts of all clients as well. Default "numbers": no text of a client is kept. */
  record?: "numbers" | "full";
  /** What is written to the log file. Default "info". */
  logLevel?: "debug" | "info" | "warn" | "error" | "silent";
  /** File that the log is appended to. Default: the lab's own, in `logs` of the cache folder. */
  logFile?: string;
  /** false: the cell stays empty, nothing is shown while the lab starts. Default true. */
  display?: boolean;
}

/** Flag of the server, without dashes, for each option that has one. The key has none: arguments are public. */
const flagOf = {
  name: "name",
  model: "model",
  modelsDir: "models-dir",
  host: "host",
  port: "port",
  portSearch: "port-search",
  context: "context",
  slots: "slots",
  waiting: "waiting",
  gpu: "gpu",
  threads: "threads",
  prefillChunk: "prefill-chunk",
  loadTimeout: "load-timeout",
  resident: "resident",
  residentMemory: "resident-memory",
  keepAlive: "keep-alive",
  conversationMemory: "conversation-memory",
  alias: "alias",
  linger: "linger",
  rateLimit: "rate-limit",
  allowedHosts: "allowed-hosts",
  record: "record",
  logLevel: "log-level",
  logFile: "log-file",
} as const satisfies Partial<Record<keyof StartOptions, string>>;

/** Every option of `startLab` that is a setting of the server's. */
export const startOptionNames: readonly string[] = [...Object.keys(flagOf), "apiKey"];

/** What stands in a cell for the settings that are no options of `startLab`. Those that are neither have a variable only. */
export const elsewhereInCells: Readonly<Record<string, string>> = {
  publish: "lab.publish()",
  domain: "lab.publish({ domain })",
  publishExpires: "lab.publish({ expiresIn })",
  publishOrigins: "lab.publish({ origins })",
  ngrokAuthtoken: "lab.publish({ authtoken })",
  ngrokServerAddr: "lab.publish({ serverAddr })",
  ngrokCaFile: "lab.publish({ caFile })",
};

/** Seconds a server stays by default when no notebook holds it. */
const usualLingerSeconds = 120;
/** Further ports that are tried when the wanted one is taken. */
const usualPortSearch = 100;

/** The defaults that differ from those of `locallab serve`, in words. */
export const cellDefaults: Readonly<Record<string, string>> = {
  linger: `${usualLingerSeconds} s`,
  portSearch: String(usualPortSearch),
  logFile: "NAME.log in `logs` of the cache folder",
};

/** Flags of the server, without dashes, and their values. */
export type Flags = Readonly<Record<string, string>>;

/** The options that were given, as flags. Refuses values whose default would be taken in silence, naming the option. */
export function flagsOf(options: StartOptions): Flags {
  const flags: Record<string, string> = {};
  for (const [option, flag] of Object.entries(flagOf)) {
    const value = options[option as keyof typeof flagOf];
    if (value === undefined) continue;
    refuseLostValue("startLab", option, value);
    flags[flag] = asFlag(option, option === "alias" ? aliasText(value) : String(value));
  }
  return flags;
}

/**
 * What a cell's server gets where neither an option nor a variable says anything. The variables speak for every lab of
 * this machine.
 */
export function usualFlags(env: NodeJS.ProcessEnv, logFile: string): Flags {
  return {
    ...(!env.LOCALLAB_LINGER && { linger: String(usualLingerSeconds) }),
    ...(!env.LOCALLAB_PORT_SEARCH && { "port-search": String(usualPortSearch) }),
    ...(!env.LOCALLAB_LOG_FILE && { "log-file": logFile }),
  };
}

const pathVariables = ["MODELS_DIR", "LOG_FILE", "CACHE_DIR", "RUNTIME_DIR", "NGROK_CA_FILE"];

/** The variables with their paths made absolute: the server's folder is another one than the notebook's. */
export function withAbsolutePaths(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const absolute: NodeJS.ProcessEnv = { ...env };
  for (const name of pathVariables.map((end) => `LOCALLAB_${end}`)) {
    const path = env[name];
    if (path) absolute[name] = absolutePath(path);
  }
  if (env.LOCALLAB_MODEL) absolute.LOCALLAB_MODEL = modelAsTyped(env.LOCALLAB_MODEL);
  return absolute;
}

/** Pairs as the server's flag has them. */
function aliasText(value: unknown): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.entries(value)
      .map(([name, id]) => `${name}=${String(id)}`)
      .join(",");
  }
  const wanted = 'It must be an object such as { "gpt-4o-mini": "smollm2-135m-instruct" }.';
  throw new LabRequestError("invalid_request", `startLab: alias is ${String(value)}. ${wanted}`, { param: "alias" });
}

/** Paths are made absolute: the server's folder is another one. */
function asFlag(option: string, value: string): string {
  if (option === "model") return modelAsTyped(value);
  return option === "modelsDir" || option === "logFile" ? absolutePath(value) : value;
}

/** Name of the option a flag stands for, as a cell spells it. */
export function optionOf(flag: string): string {
  return Object.entries(flagOf).find(([, candidate]) => candidate === flag)?.[0] ?? flag;
}

/** Refuses names that are no option, and a key that is none: a lab without a key would start in its place. */
export function assertKnownOptions(options: StartOptions): void {
  const moved = Object.keys(options).find((name) => Object.hasOwn(elsewhereInCells, name));
  if (moved !== undefined) {
    const sentence = `startLab has no option "${moved}": in a cell it is ${elsewhereInCells[moved]}.`;
    throw new LabRequestError("invalid_request", sentence, { param: moved });
  }
  refuseUnknownOptions("startLab", [...startOptionNames, "display"], options);
  refuseLostValue("startLab", "apiKey", options.apiKey);
}
