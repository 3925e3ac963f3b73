/** What a terminal does with models: the list, load and unload. */
import { readdirSync, statSync } from "node:fs";
import { inspect } from "node:util";
import { messageOf } from "../../server/async/message-of.js";
import { modelAsTyped } from "../../server/state/model-path.js";
import type { ModelEntry, ModelList } from "../../server/wire/models.js";
import { oneLine } from "../client/clean-text.js";
import type { Connection } from "../client/connection.js";
import { bytesText } from "../displays/units.js";
import { ConnectedModels, type LoadOptions } from "../lab/lab-models.js";
import { type CommandLine, type CommandSpec, type FlagWords, wholeNumber } from "./command-line.js";
import { showLoadProgress } from "./load-progress.js";
import { terminal } from "./terminal.js";
import { terminalTable } from "./terminal-table.js";

/** Flags of a load. */
export const loadFlags: Readonly<Record<string, FlagWords>> = {
  context: ["TOKENS", "Tokens per slot, 64 to 1048576. Default: the lab's setting."],
  slots: ["NUMBER", "Requests that run at once, 1 to 64. Default: the lab's setting."],
  "keep-alive": ["TIME", 'Time without a request until it leaves memory, "10m" or "never".'],
};

export const jsonFlag: FlagWords = ["", "Prints the lab's answer as JSON."];

/** The options of a load, as far as they were given. */
export function loadOptions(spec: CommandSpec, line: CommandLine): LoadOptions {
  const options: LoadOptions = {};
  const context = wholeNumber(spec, line, "context", [64, 1048576]);
  const slots = wholeNumber(spec, line, "slots", [1, 64]);
  if (context !== undefined) options.context = context;
  if (slots !== undefined) options.slots = slots;
  const keepAlive = line.flag("keep-alive");
  if (keepAlive !== undefined) options.keepAlive = keepAlive;
  return options;
}

const modelsOf = (connection: Connection): ConnectedModels => new ConnectedModels(connection, async () => {});

/** Prints every model there is, and the folder where more belong. */
export async function printModels(connection: Connection, asJson: boolean): Promise<void> {
  const list = await modelsOf(connection).list();
  console.log(asJson ? JSON.stringify(list, null, 2) : listText(list));
}

/** Loads a model with a line of progress, and prints what it is. A load has no deadline while the lab answers. */
export async function printLoad(
  connection: Connection,
  id: string,
  options: LoadOptions,
  asJson: boolean,
): Promise<void> {
  const progress = showLoadProgress(connection);
  try {
    const model = await modelsOf(connection).load(modelAsTyped(id), options);
    progress.end();
    console.log(asJson ? JSON.stringify(model, null, 2) : inspect(model));
  } finally {
    progress.end();
  }
}

/** Takes a model out of memory, the current one by default, and prints how much came back. */
export async function printUnload(connection: Connection, id: string | undefined, asJson: boolean): Promise<void> {
  const answer = await modelsOf(connection).unload(id);
  console.log(asJson ? JSON.stringify(answer, null, 2) : inspect(answer));
}

function listText({ models, current_model: current, models_dir: folder }: ModelList): string {
  const place = folder === null ? "" : folderText(folder, models.length);
  if (models.length === 0) return `No models. ${place}`.trimEnd();
  const rows = models.map((model) => [
    model.id,
    stateText(model, current),
    bytesText(model.size_bytes),
    model.reason ?? model.description,
  ]);
  const { columns } = terminal(process.stdout);
  return [terminalTable(["Model", "State", "Size", "What it is"], rows, columns), place].filter(Boolean).join("\n");
}

/** The folder where more models belong, and what is wrong with it. */
function folderText(folder: string, count: number): string {
  const shown = oneLine(folder, 500);
  try {
    if (!statSync(folder).isDirectory())
      return `Folder: ${shown} is a file. Move it away, then make a folder of this name.`;
    const isEmpty = readdirSync(folder).length === 0;
    return isEmpty || count === 0 ? `Folder: ${shown}, which is empty: put .gguf files there.` : `Folder: ${shown}`;
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
    return `Folder: ${shown} ${isGone ? "is not there: make it, and put .gguf files into it" : `cannot be read: ${messageOf(error)}`}.`;
  }
}

/** "loaded, current": the one that answers where a request names none. */
const stateText = (model: ModelEntry, current: string | null): string =>
  [model.state, model.id === current && model.is_loaded && "current", model.is_outdated && "file is newer"]
    .filter(Boolean)
    .join(", ");
