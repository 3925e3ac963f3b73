/** Whether a server would take these settings, found out before the one that runs is stopped for it. */
import { execFile } from "node:child_process";
import { cleanText } from "../client/clean-text.js";
import { LabRequestError } from "../client/request-error.js";
import { inCellWords, type ServerCommand } from "./server-process.js";

/** Milliseconds the look may take: 0.3 s on a calm machine. One that takes longer refuses nothing. */
const checkTimeoutMs = 15_000;
/** Exit code of a command line that is not understood. */
const refusedCode = 2;

/** Fails with `lab_not_started` and the server's own words when it would refuse to start. */
export function checkSettings({ args, env }: ServerCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: checkTimeoutMs, killSignal: "SIGKILL", encoding: "utf8" } as const;
    execFile(process.execPath, [...args, "--check"], options, (error, _, stderr) => {
      if (error?.code !== refusedCode) return resolve();
      const words = inCellWords(cleanText(stderr.trim()));
      reject(new LabRequestError("lab_not_started", `The lab goes on as it is, for it cannot be so: ${words}`));
    });
  });
}
