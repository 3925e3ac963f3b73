/** The commands of `locallab`, and what its help says of them and of the flags of `serve`. */
import { type SettingName, settingSpecs } from "../settings/server-settings.js";

/** The commands beside `serve`, and what `locallab --help` says of each. */
export const cliCommands = {
  run: "Asks a model one thing and prints the answer; starts a lab if none runs.",
  chat: "Talks with a lab's model; starts a lab if none runs.",
  status: "Shows the labs that run on this machine.",
  stop: "Stops a lab and says what was released.",
  models: "Lists the models of a lab, loads or unloads one.",
  load: "Loads a model and makes it the current one.",
  unload: "Takes a model out of memory.",
  requests: "Shows what a lab works on, what waits and what ended lately.",
  logs: "Shows the end of a lab's log; --follow stays with it.",
  publish: "Gives a lab a public address through ngrok until Ctrl-C.",
  passes: "Lists, makes and revokes keys for other people.",
  token: "Asks for the ngrok authtoken, without showing it, and stores it.",
  doctor: "Looks for what keeps LocalLab from running well here.",
} as const;

const settingNames = Object.keys(settingSpecs) as SettingName[];

const row = (name: string, words: string): string => `  ${name.padEnd(24)}${words}`;

const commandRows = (): string[] =>
  Object.entries({ serve: "Serves the LocalLab API until it is stopped.", ...cliCommands }).map(([name, summary]) =>
    row(name, summary),
  );

/** What somebody needs who typed `locallab` to see what it is. */
export function shortHelp(): string {
  return [
    "LocalLab: a language model on this machine, for notebooks, terminals and programs.",
    "",
    'locallab run "Why is the sky blue?"   asks once',
    "locallab chat                         talks",
    "locallab serve --port 8000            serves the API until Ctrl-C",
    "",
    ...commandRows(),
    "",
    "locallab COMMAND --help says more of each; locallab --help shows every flag of serve.",
  ].join("\n");
}

/** Everything: the commands, and every setting as a flag or a variable. */
export function wholeHelp(): string {
  const rows = settingNames.map((name) => {
    const { flag, variable, description, defaultText } = settingSpecs[name];
    return row(flag === undefined ? variable : `--${flag}`, `${description} Default: ${defaultText}.`);
  });
  return [
    "locallab <command> [flags]",
    "",
    ...commandRows(),
    "",
    "Flags of serve, which is also meant when flags stand without a command:",
    ...rows,
    "",
    row("--check", "Serves nothing: exit code 0 when every setting is good, else 2 and why."),
    row("--help", "Shows this; after another command, what that one knows."),
    row("--version", "Shows the version."),
    "",
    "Every flag has a variable: --models-dir is LOCALLAB_MODELS_DIR. Flags win over variables.",
    "Exit codes: 0 well, 1 refused or failed, 2 the line is not understood, 3 no such lab runs, 130 Ctrl-C.",
  ].join("\n");
}
