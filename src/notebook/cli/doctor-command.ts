/** `locallab doctor`. */
import { inspect } from "node:util";
import { connectionTo } from "../client/local-connection.js";
import { runningLabs } from "../client/running-labs.js";
import { examineHere } from "../doctor/examine-here.js";
import { chooseLab, type LabChoice } from "./choose-lab.js";
import { type CommandSpec, labName } from "./command-line.js";
import { exitCodes, performCommand } from "./perform-command.js";

const spec: CommandSpec = {
  name: "doctor",
  usage: ["doctor [flags]"],
  about: [
    "Looks at Node, Jupyter, the kernel, types, engine, memory, disk, port, state files and tokens, in less than 3 s.",
    "Exit code: 0 when LocalLab runs here, 1 when something (✘) keeps it from running.",
  ],
  flags: {
    name: ["NAME", "Lab that is asked about its engine. Default: the only one that runs, or the one called default."],
    json: ["", "Prints the findings as JSON."],
  },
};

export function doctorCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const labs = runningLabs();
    const name = labName(line) ?? nameOf(chooseLab(labs.map((lab) => lab.name)));
    const lab = labs.find((candidate) => candidate.name === name);
    const connection = lab && connectionTo(lab);
    const report = await examineHere(connection);
    connection?.close();
    console.log(line.has("json") ? JSON.stringify(report, null, 2) : inspect(report));
    return report.state === "bad" ? exitCodes.failed : exitCodes.good;
  });
}

/** A doctor asks one of several at most: it looks at the machine, not at labs. */
const nameOf = (choice: LabChoice): string | undefined => (choice.kind === "lab" ? choice.name : undefined);
