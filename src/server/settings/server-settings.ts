/**
 * Every setting, once: name, flag, environment variable, range, default, and the sentence the README shows.
 *
 * Secrets have no flag: an argument list is public on a machine.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { LabError } from "../errors.js";
import { usableThreads } from "../machine/container.js";
import { cacheFolder, runtimeFolder } from "../state/lab-folders.js";
import { modelAsTyped } from "../state/model-path.js";
import { type LogSettings, logSettingSpecs } from "./log-settings.js";
import { existingFolder, oneOf, parseDuration, path, text, whole, wholeOrAuto } from "./parsers.js";
import { type PublishSettings, publishSettingSpecs } from "./publish-settings.js";
import { type ResidentSettings, residentSettingSpecs } from "./resident-settings.js";
import type { SettingSpec } from "./setting.js";

export interface Settings extends LogSettings, PublishSettings, ResidentSettings {
  /** Name of the lab: state files are kept per name. */
  readonly name: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Id of the model loaded at start, or the path of its file; "auto" is the default one, "none" loads nothing. */
  readonly model: string;
  readonly modelsDir: string;
  /** Tokens per slot. */
  readonly context: number | "auto";
  readonly slots: number;
  readonly gpu: "auto" | "off" | "cuda" | "metal" | "vulkan";
  readonly threads: number;
  readonly prefillChunk: number | "auto";
  /** Requests that may wait for a slot. */
  readonly waiting: number;
  readonly loadTimeoutSeconds: number;
  /** Further ports tried, one by one, when the port is taken. */
  readonly portSearch: number;
  /** Seconds the server stays when no kernel holds it any more; "off" stays until it is stopped. */
  readonly linger: number | "off";
  readonly rateLimit: "on" | "off";
  readonly apiKey: string | undefined;
  readonly allowedHosts: readonly string[];
  /** "full": `GET /requests` tells what was asked. */
  readonly record: "numbers" | "full";
  readonly cacheDir: string;
  readonly runtimeDir: string;
}

export type SettingName = keyof Settings;

export const settingSpecs: { readonly [Name in SettingName]: SettingSpec<Settings[Name]> } = {
  name: {
    flag: "name",
    variable: "LOCALLAB_NAME",
    description: "Name of the lab; several labs with different names run side by side.",
    defaultText: "default",
    parse: text(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "1 to 64 letters, digits, - or _"),
    fallback: () => "default",
  },
  host: {
    flag: "host",
    variable: "LOCALLAB_HOST",
    description: "Address to listen on. Anything but loopback is refused unless an API key is set.",
    defaultText: "127.0.0.1",
    parse: text(/^[A-Za-z0-9.:_-]{1,255}$/, "an address or a host name"),
    fallback: () => "127.0.0.1",
  },
  port: {
    flag: "port",
    variable: "LOCALLAB_PORT",
    description: "Port to listen on; 0 lets the system choose.",
    defaultText: "8000",
    parse: whole(0, 65535),
    fallback: () => 8000,
  },
  model: {
    flag: "model",
    variable: "LOCALLAB_MODEL",
    description:
      'Model to load at start: its id, or the path of a file. "auto": the only one of a models folder that was named, else the starter model, else the sample; "none" loads nothing.',
    defaultText: "auto",
    parse: (value, name) => modelAsTyped(text(/^[^\0]{1,4096}$/, "a model id or a path")(value, name)),
    fallback: () => "auto",
  },
  modelsDir: {
    flag: "models-dir",
    variable: "LOCALLAB_MODELS_DIR",
    description: "Folder that is searched for .gguf files, sub-folders too.",
    defaultText: "models in the cache folder",
    parse: existingFolder,
    fallback: (env) => join(cacheFolder(env), "models"),
  },
  context: {
    flag: "context",
    variable: "LOCALLAB_CONTEXT",
    description:
      'Tokens per slot, prompt and answer together, 64 to 1048576; "auto" is 4096, or less where memory is short.',
    defaultText: "auto",
    parse: wholeOrAuto(64, 1048576),
    fallback: () => "auto",
  },
  slots: {
    flag: "slots",
    variable: "LOCALLAB_SLOTS",
    description: "Requests decoded together, 1 to 64. Memory is context × slots.",
    defaultText: "4",
    parse: whole(1, 64),
    fallback: () => 4,
  },
  gpu: {
    flag: "gpu",
    variable: "LOCALLAB_GPU",
    description: "auto, off, cuda, metal or vulkan.",
    defaultText: "auto",
    parse: oneOf("auto", "off", "cuda", "metal", "vulkan"),
    fallback: () => "auto",
  },
  threads: {
    flag: "threads",
    variable: "LOCALLAB_THREADS",
    description:
      "Threads for decoding at most, 1 to the number of cores; each step uses those that have a core to themselves.",
    defaultText: "the number of cores, or what a container may use of them",
    parse: whole(1, availableParallelism()),
    fallback: () => usableThreads(availableParallelism()),
  },
  prefillChunk: {
    flag: "prefill-chunk",
    variable: "LOCALLAB_PREFILL_CHUNK",
    description: 'Most prompt tokens read in one decoding step, 8 to 4096; "auto" is 128 on the CPU and 512 on a GPU.',
    defaultText: "auto",
    parse: wholeOrAuto(8, 4096),
    fallback: () => "auto",
  },
  waiting: {
    flag: "waiting",
    variable: "LOCALLAB_WAITING",
    description: "Requests that may wait for a slot, 0 to 10000; one more gets 429 with Retry-After.",
    defaultText: "64",
    parse: whole(0, 10000),
    fallback: () => 64,
  },
  loadTimeoutSeconds: {
    flag: "load-timeout",
    variable: "LOCALLAB_LOAD_TIMEOUT",
    description: "How long a load may show no progress before it is ended, 1 s to 1 h.",
    defaultText: "60s",
    parse: parseDuration(1, 3600),
    fallback: () => 60,
  },
  ...residentSettingSpecs,
  portSearch: {
    flag: "port-search",
    variable: "LOCALLAB_PORT_SEARCH",
    description: "When the port is taken, how many of the next ones are tried, 0 to 1000.",
    defaultText: "0",
    parse: whole(0, 1000),
    fallback: () => 0,
  },
  linger: {
    flag: "linger",
    variable: "LOCALLAB_LINGER",
    description: 'How long the server stays when no notebook holds it any more, 0 s to 30 days; "off": until stopped.',
    defaultText: "off",
    parse: (value, name) => (value === "off" ? "off" : parseDuration(0, 2_592_000)(value, name)),
    fallback: () => "off",
  },
  rateLimit: {
    flag: "rate-limit",
    variable: "LOCALLAB_RATE_LIMIT",
    description:
      "on: 60 requests for text a minute and 10 a second, and 600 that only look in 10 s, per key or client. off: no limit.",
    defaultText: "on",
    parse: oneOf("on", "off"),
    fallback: () => "on",
  },
  apiKey: {
    variable: "LOCALLAB_API_KEY",
    description: "Key that clients must send, 16 to 512 visible characters. Never a flag.",
    defaultText: "none",
    parse: (value) => {
      if (!/^[\x21-\x7e]{16,512}$/.test(value)) {
        throw new LabError(
          "invalid_request",
          `LOCALLAB_API_KEY has ${value.length} characters or blanks in it. It must be 16 to 512 visible ASCII characters.`,
          { param: "apiKey" },
        );
      }
      return value;
    },
    fallback: () => undefined,
  },
  allowedHosts: {
    flag: "allowed-hosts",
    variable: "LOCALLAB_ALLOWED_HOSTS",
    description:
      "Further host names, separated by commas, that may stand in the Host header; one * in a name stands for any text.",
    defaultText: "loopback names and the address listened on",
    parse: (value, name) =>
      value
        .split(",")
        .map((host) => host.trim().toLowerCase())
        .filter((host) => host !== "")
        .map((host) =>
          text(
            /^(?!.*\*.*\*)[a-z0-9._*-]{1,255}$/,
            "host names without port, separated by commas, one * in each at most",
          )(host, name),
        ),
    fallback: () => [],
  },
  ...publishSettingSpecs,
  record: {
    flag: "record",
    variable: "LOCALLAB_RECORD",
    description: "What GET /requests remembers of a request: numbers only, or full: the prompt as well.",
    defaultText: "numbers",
    parse: oneOf("numbers", "full"),
    fallback: () => "numbers",
  },
  ...logSettingSpecs,
  cacheDir: {
    variable: "LOCALLAB_CACHE_DIR",
    description: "Folder for the sample models and, by default, your models.",
    defaultText: "locallab in the user's cache folder",
    parse: path,
    fallback: cacheFolder,
  },
  runtimeDir: {
    variable: "LOCALLAB_RUNTIME_DIR",
    description: "Folder for state files (mode 0700).",
    defaultText: "locallab in the user's runtime folder",
    parse: path,
    fallback: runtimeFolder,
  },
};
