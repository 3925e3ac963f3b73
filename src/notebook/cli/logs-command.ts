/** `locallab logs`. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../server/async/message-of.js";
import { cacheFolder } from "../../server/state/lab-folders.js";
import { logLevelOf, logText } from "../../server/text/log-text.js";
import { cleanText } from "../client/clean-text.js";
import { LabRequestError } from "../client/request-error.js";
import { runningLabs } from "../client/running-labs.js";
import { environment } from "../kernel/environment.js";
import { type CommandLine, type CommandSpec, labName, refusal, wholeNumber } from "./command-line.js";
import { followFile, readFileEnd } from "./follow-file.js";
import { meantName } from "./meant-lab.js";
import { exitCodes, performCommand } from "./perform-command.js";

const levels: readonly string[] = ["debug", "info", "warn", "error"];

const spec: CommandSpec = {
  name: "logs",
  usage: ["logs [flags]"],
  about: [
    "Shows the end of a lab's log, also of one that has ended. No prompt and no key stands in it.",
    "Exit code: 0, or 1 when there is no file to read, 3 when there is no such lab.",
  ],
  flags: {
    name: ["NAME", "Name of the lab. Default: the only one that runs, else the one that wrote last."],
    lines: ["NUMBER", "How many lines, 0 to 100000. Default: 50.", "n"],
    follow: ["", "Stays and shows what comes, until Ctrl-C.", "f"],
    level: ["LEVEL", `Only lines as grave as this: ${levels.join(", ")}. Default: all.`],
    json: ["", "Prints the lines as they stand in the file."],
  },
};

export function logsCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const count = wholeNumber(spec, line, "lines", [0, 100_000]) ?? 50;
    const passes = filterOf(line);
    const file = logFileOf(line);
    const print = (text: string): void => console.log(cleanText(line.has("json") ? text : logText(text)));
    const end = await readFileEnd(file, count, passes).catch((cause: unknown) => {
      throw new LabRequestError("log_not_here", `The log ${file} cannot be read: ${messageOf(cause)}.`, { cause });
    });
    for (const text of end.lines) print(text);
    // Ctrl-C, or the reader of the pipe, ends it
    if (line.has("follow"))
      await followFile(file, end, (text) => passes(text) && print(text), new AbortController().signal);
    return exitCodes.good;
  });
}

/** What a program said without a level, such as the words of one that died, is as grave as can be. */
function filterOf(line: CommandLine): (text: string) => boolean {
  const wanted = line.flag("level");
  if (wanted === undefined) return () => true;
  const least = levels.indexOf(wanted);
  if (least < 0) throw refusal(spec, `--level is "${wanted}". It must be one of ${levels.join(", ")}.`);
  return (text) => {
    const level = logLevelOf(text);
    return level === undefined || levels.indexOf(level) >= least;
  };
}

function logFileOf(line: CommandLine): string {
  const name = labName(line) ?? meantName();
  const folder = join(cacheFolder(environment()), "logs");
  if (name === undefined) return lastFile(folder);
  const running = runningLabs().find((lab) => lab.name === name);
  const file = running === undefined ? join(folder, `${name}.log`) : running.logFile;
  if (file === null) {
    const how = `Its log goes to the terminal of process ${running?.pid}. Start it with --log-file FILE to have one here.`;
    throw new LabRequestError("log_not_here", `The lab "${name}" writes no file. ${how}`);
  }
  if (running !== undefined || existsSync(file)) return file;
  const sentence = `No lab called "${name}" runs, and none has left a log in ${folder}.`;
  throw new LabRequestError("no_lab", sentence);
}

/** The log that was written to last; the labs of notebooks write theirs there. */
function lastFile(folder: string): string {
  const files = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith(".log"))
    .map((name) => join(folder, name))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  const [last] = files;
  if (last === undefined) throw new LabRequestError("no_lab", `No lab runs, and none has left a log in ${folder}.`);
  console.error(`No lab runs; this is the last log: ${last}`);
  return last;
}
