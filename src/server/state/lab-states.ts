/** The labs that run on this machine, by their state files. */
import { readdirSync } from "node:fs";
import { type LabState, readState } from "./state-file.js";

/** Every lab that runs, by name. */
export function labStates(runtimeDir: string): LabState[] {
  return stateNames(runtimeDir)
    .map((name) => readState(runtimeDir, name))
    .filter((state) => state !== null);
}

/** The one of these labs that has the port; undefined when it is another program's. */
export const labAtPort = (labs: readonly LabState[], port: number): LabState | undefined =>
  labs.find(({ url }) => URL.canParse(url) && new URL(url).port === String(port));

function stateNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .map((file) => /^([A-Za-z0-9][A-Za-z0-9_-]{0,63})\.json$/.exec(file)?.[1])
      .filter((name) => name !== undefined)
      .sort();
  } catch {
    // no lab ever ran
    return [];
  }
}
