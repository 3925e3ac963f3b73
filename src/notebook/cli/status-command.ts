/** `locallab status`. */

import { runningLab, runningLabs } from "../client/running-labs.js";
import { type CommandSpec, labName } from "./command-line.js";
import { type LabReport, reportOn, reportTable, reportText } from "./lab-report.js";
import { exitCodes, performCommand } from "./perform-command.js";
import { terminal } from "./terminal.js";

const spec: CommandSpec = {
  name: "status",
  usage: ["status [flags]"],
  about: [
    "Shows the labs that run on this machine, or the one that is named.",
    "Exit code: 0 when they run, 1 when one does not answer, 3 when none runs.",
  ],
  flags: {
    name: ["NAME", "Name of the lab. Default: all labs, as a table where there are several."],
    json: ["", "Prints a JSON array."],
  },
};

export function statusCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const name = labName(line);
    const labs = name === undefined || line.has("json") ? runningLabs() : [runningLab(name)];
    const wanted = labs.filter((lab) => name === undefined || lab.name === name);
    const reports = await Promise.all(wanted.map(reportOn));
    if (line.has("json")) console.log(JSON.stringify(reports, null, 2));
    else if (reports.length === 0) console.log("No lab runs. Start one with: npx --no -- locallab serve --port 8000");
    else console.log(textOf(reports));
    return exitCode(reports);
  });
}

function textOf(reports: readonly LabReport[]): string {
  const [only, ...others] = reports;
  if (only !== undefined && others.length === 0) return reportText(only);
  const { columns } = terminal(process.stdout);
  return `${reportTable(reports, columns)}\nMore of one: locallab status --name ${only?.name}`;
}

function exitCode(reports: readonly LabReport[]): number {
  if (reports.length === 0) return exitCodes.nothingRuns;
  return reports.some(({ state }) => state === "not_answering") ? exitCodes.failed : exitCodes.good;
}
