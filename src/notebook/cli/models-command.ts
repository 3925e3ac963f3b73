/** `locallab models`, with `load` and `unload` as words of it and as commands of their own. */
import type { Connection } from "../client/connection.js";
import { type CommandLine, type CommandSpec, refusal } from "./command-line.js";
import { nameFlag, withLab } from "./meant-lab.js";
import { jsonFlag, loadFlags, loadOptions, printLoad, printModels, printUnload } from "./model-actions.js";
import { exitCodes, performCommand } from "./perform-command.js";

const exits = "Exit code: 0 when it is done, 1 when it was refused or failed, 3 when no such lab runs.";

const modelsSpec: CommandSpec = {
  name: "models",
  usage: ["models [flags]", "models load ID [flags]", "models unload [ID] [flags]"],
  about: [
    "Lists the models of a lab, loads one and makes it the current one, or unloads one (default: the current one).",
    exits,
  ],
  flags: { name: nameFlag, ...loadFlags, json: jsonFlag },
  mostWords: 2,
};

const loadSpec: CommandSpec = {
  name: "load",
  usage: ["load ID [flags]", "load ./file.gguf [flags]"],
  about: ["Loads a model, by its id or the path of its file, and makes it the current one.", exits],
  flags: { name: nameFlag, ...loadFlags, json: jsonFlag },
  mostWords: 1,
};

const unloadSpec: CommandSpec = {
  name: "unload",
  usage: ["unload [ID] [flags]"],
  about: ["Takes a model out of memory, once its requests are over. Default: the current one.", exits],
  flags: { name: nameFlag, json: jsonFlag },
  mostWords: 1,
};

type Action = (connection: Connection) => Promise<void>;

export const modelsCommand = (args: string[]): Promise<number> => perform(modelsSpec, args, modelsAction);
export const loadCommand = (args: string[]): Promise<number> =>
  perform(loadSpec, args, (line) => loadAction(loadSpec, line, line.words[0]));
export const unloadCommand = (args: string[]): Promise<number> =>
  perform(unloadSpec, args, (line) => (connection) => printUnload(connection, line.words[0], line.has("json")));

/** What the words ask for is checked before the lab is asked anything. */
const perform = (spec: CommandSpec, args: string[], actionOf: (line: CommandLine) => Action): Promise<number> =>
  performCommand(spec, args, async (line) => {
    const action = actionOf(line);
    await withLab(line, action);
    return exitCodes.good;
  });

function modelsAction(line: CommandLine): Action {
  const [word = "list", id] = line.words;
  if (word !== "load" && word !== "unload" && id !== undefined) {
    throw refusal(modelsSpec, `"${id}" is one word too many.`);
  }
  const flag = Object.keys(loadFlags).find((name) => line.flag(name) !== undefined);
  if (word !== "load" && flag !== undefined) throw refusal(modelsSpec, `--${flag} goes with "models load" only.`);
  if (word === "list") return (connection) => printModels(connection, line.has("json"));
  if (word === "unload") return (connection) => printUnload(connection, id, line.has("json"));
  if (word !== "load") throw refusal(modelsSpec, `"models" does not know the word "${word}".`);
  return loadAction(modelsSpec, line, id);
}

function loadAction(spec: CommandSpec, line: CommandLine, id: string | undefined): Action {
  const options = loadOptions(spec, line);
  if (id !== undefined) return (connection) => printLoad(connection, id, options, line.has("json"));
  const form = spec.name === "load" ? "load" : "models load";
  throw refusal(spec, `"${form}" wants the id of a model, or the path of its file.`);
}
