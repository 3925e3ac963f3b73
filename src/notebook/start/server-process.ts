/** The lab server as a process of its own: starting it detached, and waiting for it to be there or gone. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../../server/async/message-of.js";
import { isNameClaimed } from "../../server/state/claim-name.js";
import { isSameProcess } from "../../server/state/process-identity.js";
import { programFile } from "../../server/state/program-file.js";
import { type LabState, readState } from "../../server/state/state-file.js";
import { cleanText } from "../client/clean-text.js";
import { LabRequestError } from "../client/request-error.js";
import { environment } from "../kernel/environment.js";
import { type Flags, optionOf, usualFlags, withAbsolutePaths } from "./start-options.js";

export interface SpawnOptions {
  readonly name: string;
  readonly flags: Flags;
  readonly apiKey: string | undefined;
  readonly runtimeDir: string;
  readonly logFolder: string;
  /** Ends the server while it does not listen yet. */
  readonly signal: AbortSignal;
}

export interface Spawned {
  readonly state: LabState;
  /** false: another kernel started its server at the same moment, with settings of its own. */
  readonly isOwn: boolean;
}

/** Variables that hold secrets of other services: the server gets them, if at all, over its API. */
const withheld = new Set(["NGROK_AUTHTOKEN", "HF_TOKEN", "JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "GITHUB_TOKEN"]);
/** A log larger than this is set aside when a server starts. */
const maxLogBytes = 10 * 1024 * 1024;
/** Milliseconds a server may take until it listens. */
const listenTimeoutMs = 30_000;
/** The same for the server of another kernel that was started at the same moment. */
const otherTimeoutMs = 10_000;
const pollMs = 10;

/**
 * Starts a server that does not end with this process, and resolves with its state once it listens.
 *
 * Refuses with `lab_not_started` and the server's own words when it ends instead.
 */
export async function spawnServer(options: SpawnOptions): Promise<Spawned> {
  const { name, flags, apiKey, logFolder } = options;
  const { file: logFile, output, size: logStart } = openLog(logFolder, name);
  const { args, env } = serverCommand({ flags, apiKey, logFile });
  let child: ChildProcess;
  try {
    child = spawn(process.execPath, args, {
      // an interrupt goes to the kernel's whole process group: the server must not be in it
      detached: true,
      stdio: ["ignore", "ignore", output],
      env,
      // a folder that stays: the notebook's own may be removed while the server runs
      cwd: logFolder,
    });
  } finally {
    closeSync(output);
  }
  child.unref();
  const exited = new Promise<"exited">((resolve) => {
    child.once("exit", () => resolve("exited"));
    child.once("error", () => resolve("exited"));
  });
  return waitForState(options, child, exited, () => lastWords(logFile, logStart));
}

export interface ServerCommand {
  /** Of Node. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** How a server with these settings is started. */
export function serverCommand({
  flags,
  apiKey,
  logFile,
}: Pick<SpawnOptions, "flags" | "apiKey"> & { readonly logFile: string }): ServerCommand {
  const { path, execArgv } = programFile(import.meta.url, "../../server/main");
  const env = serverEnvironment(apiKey);
  const given = Object.entries({ ...usualFlags(env, logFile), ...flags }).flatMap(([flag, value]) => [
    `--${flag}`,
    value,
  ]);
  return { args: [...execArgv, path, "serve", ...given], env };
}

/** Resolves when the process is gone; false when it still runs after `timeoutMs`. */
export async function waitForEnd({ pid, processStart: start }: LabState, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isSameProcess(pid, start)) {
    if (performance.now() > deadline) return false;
    await pause(pollMs);
  }
  return true;
}

async function waitForState(
  options: SpawnOptions,
  child: ChildProcess,
  exited: Promise<"exited">,
  words: () => string,
): Promise<Spawned> {
  const { name, runtimeDir, signal } = options;
  const deadline = performance.now() + listenTimeoutMs;
  for (;;) {
    const state = readState(runtimeDir, name);
    if (state !== null && state.pid === child.pid) return { state, isOwn: true };
    const next = await Promise.race([exited, pause(pollMs, "again" as const)]);
    if (next === "exited") {
      // another kernel was quicker: its lab is this lab, once it listens
      const other = await otherServer(options);
      if (other !== null) return { state: other, isOwn: false };
      throw new LabRequestError("lab_not_started", `The lab did not start. ${words()}`);
    }
    if (signal.aborted) {
      child.kill("SIGTERM");
      throw signal.reason;
    }
    if (performance.now() > deadline) {
      child.kill("SIGKILL");
      throw new LabRequestError(
        "lab_not_started",
        `The lab did not listen within ${listenTimeoutMs / 1000} s and was ended. ${words()}`,
      );
    }
  }
}

/** The server of another kernel that is starting under this name, once it listens; null when there is none. */
async function otherServer({ name, runtimeDir, signal }: SpawnOptions): Promise<LabState | null> {
  const deadline = performance.now() + otherTimeoutMs;
  for (;;) {
    // in this order: a server says who it is before it lets go of its claim
    const isStarting = isNameClaimed(runtimeDir, name);
    const other = readState(runtimeDir, name);
    if (other !== null || !isStarting || performance.now() > deadline) return other;
    signal.throwIfAborted();
    await pause(pollMs);
  }
}

function serverEnvironment(apiKey: string | undefined): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = Object.fromEntries(
    Object.entries(withAbsolutePaths(environment())).filter(([name]) => !withheld.has(name)),
  );
  if (apiKey !== undefined) env.LOCALLAB_API_KEY = apiKey;
  return env;
}

function openLog(folder: string, name: string): { file: string; output: number; size: number } {
  const file = join(folder, `${name}.log`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (existsSync(file) && statSync(file).size > maxLogBytes) renameSync(file, `${file}.old`);
    return { file, output: openSync(file, "a", 0o600), size: statSync(file).size };
  } catch (cause) {
    const sentence = `The log of the lab cannot be written: ${messageOf(cause)}. Set LOCALLAB_CACHE_DIR to a folder of yours.`;
    throw new LabRequestError("lab_not_started", sentence, { cause });
  }
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    // somebody removed it: there are no words then
    return Buffer.alloc(0);
  }
}

/** What the server said before it ended: the last line that is not part of the log. */
function lastWords(logFile: string, from: number): string {
  const lines = contentOf(logFile)
    .subarray(from)
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("{"));
  // Node ends the report of an uncaught error with its own version
  const telling = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
  return inCellWords(cleanText(telling ?? `Its log is ${logFile}.`).slice(0, 500));
}

/** What the server says of a flag or of its key, said of the option of `startLab`. */
export const inCellWords = (sentence: string): string =>
  sentence
    .replaceAll("LOCALLAB_API_KEY", "apiKey")
    .replace(/--([a-z]+(?:-[a-z]+)*)/g, (_, flag: string) => optionOf(flag));
