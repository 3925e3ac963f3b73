/** `locallab models`: the list, load and unload. */
import { inspect } from "node:util";
import { modelAsTyped } from "../../server/state/model-path.js";
import type { LabState } from "../../server/state/state-file.js";
import type { Health } from "../../server/wire/system.js";
import { oneLine } from "../client/clean-text.js";
import type { Connection } from "../client/connection.js";
import { connectionTo } from "../client/local-connection.js";
import { runningLab } from "../client/running-labs.js";
import { percentText } from "../displays/units.js";
import { ConnectedModels, type LoadOptions } from "../lab/lab-models.js";
import { type CommandLine, type CommandSpec, labName, refusal, wholeNumber } from "./command-line.js";
import { exitCodes, performCommand } from "./perform-command.js";
import { terminal } from "./terminal.js";

const spec: CommandSpec = {
  name: "models",
  usage: ["models [flags]", "models load ID [flags]", "models unload [ID] [flags]"],
  about: [
    "Lists the models of a lab, loads one and makes it the current one, or unloads one (default: the current one).",
    "Exit code: 0 when it is done, 1 when it was refused or failed, 3 when no such lab runs.",
  ],
  flags: {
    name: ["NAME", "Name of the lab. Default: default."],
    context: ["TOKENS", "With load: tokens per slot, 64 to 1048576. Default: the lab's setting."],
    slots: ["NUMBER", "With load: requests that run at once, 1 to 64. Default: the lab's setting."],
    "keep-alive": ["TIME", 'With load: time without a request until it leaves memory, "10m" or "never".'],
    json: ["", "Prints the lab's answer as JSON."],
  },
  mostWords: 2,
};

/** Milliseconds between two looks at how far a load is. */
const progressPauseMs = 250;

export function modelsCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const action = actionOf(line);
    const lab = runningLab(labName(line));
    const connection = connectionTo(lab);
    try {
      const answer = await action(connection, lab);
      console.log(line.has("json") ? JSON.stringify(answer, null, 2) : inspect(answer));
      return exitCodes.good;
    } finally {
      connection.close();
    }
  });
}

type Action = (connection: Connection, lab: LabState) => Promise<object>;

/** What the words ask for; checked before the lab is asked anything. */
function actionOf(line: CommandLine): Action {
  const [word = "list", id] = line.words;
  const options = loadOptions(line);
  if (word !== "load" && word !== "unload" && id !== undefined) throw refusal(spec, `"${id}" is one word too many.`);
  if (word !== "load" && Object.keys(options).length > 0) {
    const flag = Object.keys(options)[0] === "keepAlive" ? "keep-alive" : Object.keys(options)[0];
    throw refusal(spec, `--${flag} goes with "models load" only.`);
  }
  if (word === "list") return (connection) => modelsOf(connection).list();
  if (word === "unload") return (connection) => modelsOf(connection).unload(id);
  if (word !== "load") throw refusal(spec, `"models" does not know the word "${word}".`);
  if (id === undefined) throw refusal(spec, '"models load" wants the id of a model, or the path of its file.');
  return (connection) => load(connection, id, options);
}

const modelsOf = (connection: Connection): ConnectedModels => new ConnectedModels(connection, async () => {});

async function load(connection: Connection, id: string, options: LoadOptions): Promise<object> {
  const stopShowing = showProgress(connection, id);
  try {
    return await modelsOf(connection).load(modelAsTyped(id), options);
  } finally {
    stopShowing();
  }
}

/** On a terminal, one line that says how far the load is, until the returned function is called. */
function showProgress(connection: Connection, id: string): () => void {
  const { isRewritable } = terminal(process.stderr);
  if (!isRewritable) return () => {};
  const show = (words: string): void => {
    process.stderr.write(`\r\u001b[K${words}`);
  };
  show(`Loading ${oneLine(id, 80)} …`);
  const timer = setInterval(() => {
    connection.json<Health>("GET", "/health", { waitSeconds: 0 }).then(
      ({ loading }) => loading && isShowing && show(`Loading ${oneLine(id, 80)} ${percentText(loading.progress)}`),
      () => {},
    );
  }, progressPauseMs);
  let isShowing = true;
  return () => {
    isShowing = false;
    clearInterval(timer);
    show("");
  };
}

function loadOptions(line: CommandLine): LoadOptions {
  const options: LoadOptions = {};
  const context = wholeNumber(spec, line, "context", [64, 1048576]);
  const slots = wholeNumber(spec, line, "slots", [1, 64]);
  if (context !== undefined) options.context = context;
  if (slots !== undefined) options.slots = slots;
  const keepAlive = line.flag("keep-alive");
  if (keepAlive !== undefined) options.keepAlive = keepAlive;
  return options;
}
