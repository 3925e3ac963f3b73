/** A lab's name is held by one server at a time. */
import { LabError } from "./errors.js";
import type { Settings } from "./settings/read-settings.js";
import { claimName } from "./state/claim-name.js";
import { readState } from "./state/state-file.js";

/** Claims the name of the settings until the state file says who has it. Refuses when somebody else has it. */
export function takeName({ runtimeDir, name }: Settings): () => void {
  const refuse = (what: string): never => {
    throw new LabError("invalid_request", `A lab called "${name}" ${what}, or give this one another --name.`, {
      param: "name",
    });
  };
  const letGo = claimName(runtimeDir, name) ?? refuse("is being started right now. Use that one");
  const running = readState(runtimeDir, name);
  if (running !== null) {
    letGo();
    refuse(`runs already at ${running.url} (process ${running.pid}). Stop it`);
  }
  return letGo;
}
