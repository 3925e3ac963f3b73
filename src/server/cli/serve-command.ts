/** The command `locallab serve` and its flags. */
import { parseArgs } from "node:util";
import { messageOf } from "../async/message-of.js";
import { prepareEngine } from "../engine/local/start-child.js";
import { LabError } from "../errors.js";
import type { RunningServer } from "../serve.js";
import { forgetSecrets, readSettings } from "../settings/read-settings.js";
import { type SettingName, settingSpecs } from "../settings/server-settings.js";
import { version } from "../version.js";
import { complain, say } from "./say.js";
import { stopOnSignals } from "./stop-on-signals.js";

/** The commands beside `serve`, and what `locallab --help` says of each. */
export const cliCommands = {
  status: "Shows the labs that run on this machine.",
  stop: "Stops a lab and says what was released.",
  models: "Lists the models of a lab, loads or unloads one.",
  chat: "Talks with a lab's model; starts a lab if none runs.",
  token: "Asks for the ngrok authtoken, without showing it, and stores it.",
  doctor: "Looks for what keeps LocalLab from running well here.",
} as const;

const settingNames = Object.keys(settingSpecs) as SettingName[];
const flagNames = settingNames.map((name) => settingSpecs[name].flag).filter((flag) => flag !== undefined);

interface ServeLine {
  readonly flags: Readonly<Record<string, string>>;
  readonly isHelp: boolean;
  readonly isVersion: boolean;
}

/** Serves until a signal comes; help and version are said at once. `args` may begin with the word "serve". */
export async function serveCommand(args: string[]): Promise<number> {
  const line = parseServeLine(args);
  if (line.isHelp || line.isVersion) {
    say(line.isHelp ? helpText() : version);
    return 0;
  }
  const settings = readSettings(line.flags);
  forgetSecrets();
  if (settings.model !== "none") prepareEngine();
  const { serve } = await import("../serve.js");
  const starting = serve(settings, line.flags);
  // a notebook's server lingers, one of a terminal stays until it is stopped
  const isStopping = stopOnSignals(starting, settings.linger !== "off");
  const server = await starting;
  say(`LocalLab ${version} at ${server.url}`);
  const isLoaded = await loaded(server);
  if (isStopping()) return 0;
  if (isLoaded) say(exampleOf(server, settings.model));
  if (settings.publish === "off") return 0;
  const published = await publish(server);
  if (!published && !isStopping()) await server.stop();
  return published || isStopping() ? 0 : 1;
}

/** Waits for the model of the settings; says which one it is, or why it did not load. */
async function loaded(server: RunningServer): Promise<boolean> {
  try {
    const sentence = await server.modelLoaded;
    if (sentence !== null) say(sentence);
    return true;
  } catch (error) {
    complain(messageOf(error));
    return false;
  }
}

/** A line that works as it stands. */
function exampleOf({ url }: RunningServer, model: string): string {
  if (model === "none") return `Try: curl -s ${url}/models/available`;
  const body = `{"messages": [{"role": "user", "content": "Why is the sea salty?"}]}`;
  return `Try: curl -s ${url}/chat -H 'Content-Type: application/json' -d '${body}'`;
}

/** Says where the lab is published, or why not. */
async function publish(server: RunningServer): Promise<boolean> {
  try {
    const { url, key, expires_at } = await server.publish();
    say(`Published at ${url} until ${expires_at}`);
    say(key === null ? "Its key is LOCALLAB_API_KEY." : `Its key, shown this one time: ${key}`);
    return true;
  } catch (error) {
    complain(messageOf(error));
    return false;
  }
}

function parseServeLine(args: string[]): ServeLine {
  const options = Object.fromEntries(flagNames.map((flag) => [flag, { type: "string" as const }]));
  try {
    const { values, positionals } = parseArgs({
      args: args.map((argument) => (argument === "--publish" ? "--publish=on" : argument)),
      options: { ...options, help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } },
      allowPositionals: true,
    });
    const words = positionals[0] === "serve" ? positionals.slice(1) : positionals;
    if (words.length > 0) throw new Error(wordTooMany(words[0] as string));
    const { help, version: isVersion, ...flags } = values as Record<string, string | boolean | undefined>;
    return { flags: flags as Record<string, string>, isHelp: help === true, isVersion: isVersion === true };
  } catch (error) {
    throw new LabError("invalid_request", `${inWords(error as Error)} locallab --help shows what there is.`, {
      cause: error,
    });
  }
}

/** What Node's reader of flags found, without its advice about dashes. */
function inWords({ message, code }: NodeJS.ErrnoException): string {
  if (!code?.startsWith("ERR_PARSE_ARGS")) return message;
  const quoted = message.slice(message.indexOf("'"));
  const [flag = ""] = /--[\w-]+/.exec(quoted) ?? /-\w/.exec(quoted) ?? [];
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") return `There is no flag "${flag}".`;
  return message.includes("does not take") ? `${flag} takes no value.` : `${flag} wants a value.`;
}

const wordTooMany = (word: string): string =>
  Object.hasOwn(cliCommands, word)
    ? `The command "${word}" stands before its flags.`
    : `"${word}" is one word too many.`;

function helpText(): string {
  const commands = Object.entries({ serve: "Serves the LocalLab API until it is stopped.", ...cliCommands });
  const rows = settingNames.map((name) => {
    const { flag, variable, description, defaultText } = settingSpecs[name];
    return row(flag === undefined ? variable : `--${flag}`, `${description} Default: ${defaultText}.`);
  });
  return [
    "locallab <command> [flags]",
    "",
    ...commands.map(([name, summary]) => row(name, summary)),
    "",
    "Flags of serve, which is also meant when no command is given:",
    ...rows,
    "",
    row("--help", "Shows this; after another command, what that one knows."),
    row("--version", "Shows the version."),
    "",
    "Every flag has a variable: --models-dir is LOCALLAB_MODELS_DIR. Flags win over variables.",
  ].join("\n");
}

const row = (name: string, words: string): string => `  ${name.padEnd(24)}${words}`;
