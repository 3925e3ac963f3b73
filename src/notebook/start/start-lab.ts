/** `startLab`: the lab of this name, running. Started, found again, or restarted with what changed. */
import { join } from "node:path";
import { cacheFolder, runtimeFolder } from "../../server/state/lab-folders.js";
import { type LabState, readState } from "../../server/state/state-file.js";
import { environment } from "../client/environment.js";
import { remember } from "../lab/current-lab.js";
import type { Lab } from "../lab/lab.js";
import { changedSettings } from "./changed-settings.js";
import { type LocalLab, localLab } from "./local-lab.js";
import { ownVersion } from "./own-version.js";
import { spawnServer } from "./server-process.js";
import { StartDisplay } from "./start-display.js";
import { assertKnownOptions, type Flags, flagsOf, type StartOptions } from "./start-options.js";
import { waitForModel } from "./wait-for-model.js";

/** Further ports that are tried when the wanted one is taken. */
const portSearch = 100;
/** Seconds a server stays by default when no notebook holds it. */
const defaultLinger = 120;

/** Starts under way in this process, by name: cells that ask at once get the same lab, one after the other. */
const underWay = new Map<string, Promise<unknown>>();

/**
 * Gives the lab of this name, running: starts the server with the sample model, or finds the one that runs.
 *
 * Run again, it gives the live lab at once. With other options it says what changed and restarts the server on the
 * same port (another `model` is loaded without a restart); options that are left out stay as they are. After a kernel
 * restart it finds the lab again, model still loaded. Labs with different names run side by side. When no notebook
 * holds it any more, the server ends after `linger`.
 *
 * Options: `name`, `model` (default "sample"), `modelsDir`, `host`, `port` (default 8000), `context` (tokens per slot,
 * default 4096), `slots` (default 4), `waiting` (default 64), `gpu`, `threads`, `linger` (default 120 s), `apiKey`,
 * `rateLimit`, `allowedHosts`, `logLevel`, `display`. Fails with a `LabRequestError`: `lab_not_started` says in the
 * server's words why it did not start, `model_load_failed` or `model_not_found` why the model did not load.
 */
export function startLab(options: StartOptions = {}): Promise<Lab> {
  const name = options.name ?? (environment().LOCALLAB_NAME || "default");
  const before = underWay.get(name) ?? Promise.resolve();
  const lab = before.then(() => start(name, options));
  const settled = lab.then(
    () => {},
    () => {},
  );
  underWay.set(name, settled);
  void settled.then(() => underWay.get(name) === settled && underWay.delete(name));
  return lab;
}

async function start(name: string, options: StartOptions): Promise<Lab> {
  assertKnownOptions(options);
  const display = new StartDisplay(options.display ?? true);
  try {
    const lab = await find(name, options, display);
    remember(lab.lab);
    await waitForModel(lab, options.model, display);
    display.end(lab.lab);
    return lab.lab;
  } catch (error) {
    display.fail();
    throw error;
  }
}

/** The lab that runs, if it will do; else a new one in its place. */
async function find(name: string, options: StartOptions, display: StartDisplay): Promise<LocalLab> {
  const running = readState(runtimeFolder(environment()), name);
  const flags = { ...flagsOf(options), name };
  if (running === null) return localLab(await spawn(name, flags, options.apiKey, display));
  const changes = changedSettings(running, flags, options.apiKey);
  if (running.version !== ownVersion) changes.unshift(`version ${running.version} → ${ownVersion}`);
  const lab = await localLab(running);
  if (changes.length === 0) return lab;
  display.say(`Restarting the lab: ${changes.join(", ")}.`);
  await lab.lab.stop();
  const port = new URL(running.url).port;
  const apiKey = options.apiKey ?? running.apiKey ?? undefined;
  return localLab(await spawn(name, { ...running.flags, port, ...flags }, apiKey, display));
}

async function spawn(name: string, flags: Flags, apiKey: string | undefined, display: StartDisplay): Promise<LabState> {
  display.stage("Starting the server");
  const search = flags.port === "0" ? 0 : portSearch;
  // the variable speaks for every lab of this machine; a notebook's own default only where nothing does
  const linger: Flags = environment().LOCALLAB_LINGER ? {} : { linger: String(defaultLinger) };
  const state = await spawnServer({
    name,
    flags: { ...linger, ...flags, "port-search": String(search) },
    apiKey,
    runtimeDir: runtimeFolder(environment()),
    logFolder: join(cacheFolder(environment()), "logs"),
  });
  const { port } = new URL(state.url);
  const wanted = state.settings.port;
  if (wanted !== 0 && String(wanted) !== port)
    display.say(`Port ${wanted} is taken by another program: this lab uses ${port}.`);
  return state;
}
