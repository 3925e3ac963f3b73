/** The command `locallab serve` and its flags. */
import { checkBinding } from "../access/access.js";
import { messageOf } from "../async/message-of.js";
import { prepareEngine } from "../engine/local/start-child.js";
import { LabError, UsageError } from "../errors.js";
import { isLogForPeople } from "../log.js";
import type { RunningServer } from "../serve.js";
import { forgetSecrets, readSettings, type Settings } from "../settings/read-settings.js";
import { type SettingName, settingSpecs } from "../settings/server-settings.js";
import { ArgumentsError, type FlagForm, readArguments } from "../text/read-arguments.js";
import { version } from "../version.js";
import { cliCommands, shortHelp, wholeHelp } from "./command-help.js";
import { complain, say } from "./say.js";
import { stopOnSignals } from "./stop-on-signals.js";

const flagForms: Readonly<Record<string, FlagForm>> = {
  ...Object.fromEntries(
    (Object.keys(settingSpecs) as SettingName[]).flatMap((name): [string, FlagForm][] => {
      const { flag } = settingSpecs[name];
      return flag === undefined ? [] : [[flag, { kind: "value" }]];
    }),
  ),
  check: { kind: "switch" },
  help: { kind: "switch", short: "h" },
  version: { kind: "switch", short: "v" },
};

/** Those that add up when they are written again. */
const listFlags: ReadonlySet<string> = new Set(
  Object.values(settingSpecs).flatMap(({ flag, isList }) => (flag !== undefined && isList === true ? [flag] : [])),
);

/**
 * Serves until a signal comes; help and version are said at once. `args` may begin with the word "serve". The exit code is
 * 130 after Ctrl-C, 0 after another signal, 1 when the lab could not be published.
 */
export async function serveCommand(args: string[]): Promise<number> {
  if (args.length === 0) {
    // whoever types the name alone wants to know what it is, not a server on port 8000
    say(shortHelp());
    return 0;
  }
  const line = parseServeLine(args);
  if (line.isHelp || line.isVersion) {
    say(line.isHelp ? wholeHelp() : version);
    return 0;
  }
  const settings = settingsOf(line.flags);
  if (line.isCheck) return 0;
  forgetSecrets();
  if (settings.model !== "none") prepareEngine();
  const { serve } = await import("../serve.js");
  const starting = serve(settings, line.flags);
  // a notebook's server lingers, one of a terminal stays until it is stopped
  const ending = stopOnSignals(starting, settings.linger !== "off");
  const server = await starting;
  say(`LocalLab ${version} at ${server.url}`);
  const isLoaded = await loaded(server, settings);
  if (ending.hasBegun) return ending.code;
  if (isLoaded) say(exampleOf(server, settings));
  if (settings.publish === "off") return ending.code;
  const published = await publish(server);
  if (!published && !ending.hasBegun) {
    await server.stop();
    return 1;
  }
  return ending.code;
}

function settingsOf(flags: Readonly<Record<string, string>>): Settings {
  try {
    const settings = readSettings(flags);
    checkBinding(settings);
    return settings;
  } catch (error) {
    throw error instanceof LabError ? new UsageError(error.message, error) : error;
  }
}

/** Waits for the model of the settings; says which one it is, or why it did not load. */
async function loaded(server: RunningServer, settings: Settings): Promise<boolean> {
  try {
    const sentence = await server.modelLoaded;
    if (sentence !== null) say(sentence);
    return true;
  } catch (error) {
    // the log, where a person reads it, has said so already
    if (!isToldByLog(settings)) complain(messageOf(error));
    return false;
  }
}

const isToldByLog = ({ logFile, logLevel, logFormat }: Settings): boolean =>
  logFile === undefined && logLevel !== "silent" && isLogForPeople(logFormat);

/** A line that works as it stands. */
function exampleOf({ url }: RunningServer, { model, apiKey }: Settings): string {
  // the shell that reads this may not have it: then the line says what is missing
  const key = apiKey === undefined ? "" : ` -H "Authorization: Bearer $LOCALLAB_API_KEY"`;
  if (model === "none") return `Try: curl -s ${url}/models/available${key}`;
  const body = `{"messages": [{"role": "user", "content": "Why is the sea salty?"}]}`;
  return `Try: curl -s ${url}/chat${key} -H 'Content-Type: application/json' -d '${body}'`;
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

interface ServeLine {
  readonly flags: Readonly<Record<string, string>>;
  /** Only to find out whether the flags and variables are good. */
  readonly isCheck: boolean;
  readonly isHelp: boolean;
  readonly isVersion: boolean;
}

function parseServeLine(args: readonly string[]): ServeLine {
  try {
    const { words, given } = readArguments(
      args.map((argument) => (argument === "--publish" ? "--publish=on" : argument)),
      flagForms,
    );
    const [extra] = words[0] === "serve" ? words.slice(1) : words;
    if (extra !== undefined) throw new ArgumentsError(wordTooMany(extra));
    const { check, help, version: isVersion, ...rest } = given;
    const flags = Object.entries(rest).flatMap(([name, values]) =>
      values === true ? [] : [[name, listFlags.has(name) ? values.join(",") : (values.at(-1) as string)]],
    );
    const switches = { isCheck: check === true, isHelp: help === true, isVersion: isVersion === true };
    return { flags: Object.fromEntries(flags), ...switches };
  } catch (error) {
    if (!(error instanceof ArgumentsError)) throw error;
    throw new UsageError(`${error.message} locallab --help shows what there is.`, error);
  }
}

const wordTooMany = (word: string): string =>
  Object.hasOwn(cliCommands, word)
    ? `The command "${word}" stands before its flags.`
    : `"${word}" is one word too many.`;
