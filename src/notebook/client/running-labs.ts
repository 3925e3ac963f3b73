/** The labs that run on this machine, by their state files. */
import { runtimeFolder } from "../../server/state/lab-folders.js";
import { labStates } from "../../server/state/lab-states.js";
import { type LabState, readState } from "../../server/state/state-file.js";
import { environment } from "../kernel/environment.js";
import { LabRequestError } from "./request-error.js";

/** Every lab that runs, by name. */
export const runningLabs = (): LabState[] => labStates(runtimeFolder(environment()));

/** The lab of this name ("default" when none is given). Fails with `no_lab` when it does not run. */
export function runningLab(name = "default"): LabState {
  const state = readState(runtimeFolder(environment()), name);
  if (state !== null) return state;
  const others = runningLabs().map((other) => other.name);
  const hint =
    others.length === 0
      ? "Start one with: npx --no -- locallab serve --port 8000"
      : `Running: ${others.join(", ")}. Name one with --name ${others[0]}.`;
  throw new LabRequestError("no_lab", `No lab called "${name}" runs. ${hint}`);
}
