/** `locallab stop`. */
import { durationSeconds } from "../../server/state/duration-seconds.js";
import { cleanText } from "../client/clean-text.js";
import { connectionTo } from "../client/local-connection.js";
import { runningLab } from "../client/running-labs.js";
import { stopServer } from "../start/stop-server.js";
import { type CommandLine, type CommandSpec, refusal, refuseStrangeName } from "./command-line.js";
import { meantLab } from "./meant-lab.js";
import { exitCodes, performCommand } from "./perform-command.js";

const spec: CommandSpec = {
  name: "stop",
  usage: ["stop [NAME] [flags]"],
  about: [
    "Stops a lab and says what ended, how much memory came back and which port is free.",
    "Exit code: 0 when it has ended, 1 when it has not, 3 when no such lab runs.",
  ],
  flags: {
    name: ["NAME", "Name of the lab. Default: the only one that runs; of several one must be named."],
    drain: ["TIME", 'What running requests get to finish, 0 to 1 h: "10s", "2m". Default: 10s.'],
  },
  mostWords: 1,
};

export function stopCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const drainSeconds = drainOf(line.flag("drain"));
    const lab = labOf(line);
    const connection = connectionTo(lab);
    try {
      const { ended } = await stopServer(lab, connection, { drainSeconds });
      console.log(cleanText(ended.join("\n")));
      return exitCodes.good;
    } finally {
      connection.close();
    }
  });
}

function labOf(line: CommandLine): ReturnType<typeof meantLab> {
  const [name] = line.words;
  if (name === undefined) return meantLab(line, true);
  refuseStrangeName(name, "The name");
  const other = line.flag("name");
  if (other !== undefined && other !== name) throw refusal(spec, `Both "${name}" and --name ${other} are named.`);
  return runningLab(name);
}

/** Seconds; undefined leaves it to the server. */
function drainOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = durationSeconds(text);
  if (seconds >= 0 && seconds <= 3600) return seconds;
  throw refusal(spec, `--drain is "${text}". It must be a time such as "10s" or "2m", from 0 to 1 h.`);
}
