/** The lab that a command line means: named, or found among those that run. */
import type { LabState } from "../../server/state/state-file.js";
import type { Connection } from "../client/connection.js";
import { connectionTo } from "../client/local-connection.js";
import { LabRequestError } from "../client/request-error.js";
import { runningLab, runningLabs } from "../client/running-labs.js";
import { chooseLab } from "./choose-lab.js";
import { type CommandLine, type FlagWords, labName, UsageError } from "./command-line.js";

/** The flag of every command that speaks with one lab. */
export const nameFlag: FlagWords = [
  "NAME",
  'Name of the lab. Default: the only one that runs; of several the one called "default".',
];

/** Fails with `no_lab` when it does not run, and refuses a line that does not say which of several. */
export function meantLab(line: CommandLine, onlyOne = false): LabState {
  const name = labName(line) ?? meantName(onlyOne);
  if (name !== undefined) return runningLab(name);
  throw new LabRequestError("no_lab", "No lab runs. Start one with: npx --no -- locallab serve --port 8000");
}

/** Its name; undefined when none runs. Refuses when several run and none is meant more than the others. */
export function meantName(onlyOne = false): string | undefined {
  const choice = chooseLab(
    runningLabs().map(({ name }) => name),
    onlyOne,
  );
  if (choice.kind === "several") {
    throw new UsageError(`Several labs run: ${choice.names.join(", ")}. Name one: --name ${choice.names[0]}.`);
  }
  return choice.kind === "lab" ? choice.name : undefined;
}

/** Does something with the connection to the lab that is meant, and closes it. */
export async function withLab<Result>(
  line: CommandLine,
  work: (connection: Connection, lab: LabState) => Promise<Result>,
): Promise<Result> {
  const lab = meantLab(line);
  const connection = connectionTo(lab);
  try {
    return await work(connection, lab);
  } finally {
    connection.close();
  }
}
