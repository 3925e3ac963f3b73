/** Asks another program something that it says at once. */
import { execFile } from "node:child_process";

/** What it printed, stdout and stderr together; or why it did not. */
export type QuickAnswer = string | { readonly problem: "failed" | "took too long" };

/** Runs the program and ends it after `timeoutMs`. Never fails. */
export function runQuickly(program: string, args: readonly string[], timeoutMs: number): Promise<QuickAnswer> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: timeoutMs, killSignal: "SIGKILL", encoding: "utf8" }, (error, stdout, stderr) =>
      resolve(error ? { problem: error.killed ? "took too long" : "failed" } : stdout + stderr),
    );
  });
}
