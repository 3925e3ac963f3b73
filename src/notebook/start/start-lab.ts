/** `startLab`: the lab of this name, running. Started, found again, or restarted with what changed. */
import { join } from "node:path";
import { cacheFolder, runtimeFolder } from "../../server/state/lab-folders.js";
import { labAtPort, labStates } from "../../server/state/lab-states.js";
import { type LabState, readState } from "../../server/state/state-file.js";
import { herePlace } from "../client/here-place.js";
import { OngoingWork } from "../client/ongoing.js";
import { environment } from "../kernel/environment.js";
import { remember } from "../lab/current-lab.js";
import type { Lab } from "../lab/lab.js";
import { changedSettings } from "./changed-settings.js";
import { checkSettings } from "./check-settings.js";
import { type LocalLab, localLab } from "./local-lab.js";
import { placeDefaults } from "./place-defaults.js";
import { type Spawned, serverCommand, spawnServer } from "./server-process.js";
import { StartDisplay } from "./start-display.js";
import { assertKnownOptions, type Flags, flagsOf, type StartOptions } from "./start-options.js";
import { waitForModel } from "./wait-for-model.js";

/** Starts under way in this process, by name: cells that ask at once get the same lab, one after the other. */
const underWay = new Map<string, Promise<unknown>>();

/**
 * Gives the lab of this name, running: starts the server with its default model, or finds the one that runs.
 *
 * Run again, it gives the live lab at once. With other options it says what changed and restarts the server on the
 * same port (another `model` is loaded without a restart); options that are left out stay as they are. After a kernel
 * restart it finds the lab again, model still loaded. Labs with different names run side by side. When no notebook
 * holds it any more, the server ends after `linger`. On a hub, or behind another proxy whose name is not known, a lab
 * without `apiKey` gets one, which this notebook sends by itself, and answers to the page's host. An interrupt of the cell gives up: a server that does not listen yet
 * is ended.
 *
 * Options: `name`, `model` (default "auto"), `modelsDir`, `host`, `port` (default 8000), `portSearch` (default 100), `context`
 * (tokens per slot, default 4096), `slots` (default 4), `waiting` (default 64), `gpu`, `threads`, `prefillChunk`,
 * `loadTimeout` (default 60 s), `resident`, `residentMemory`, `keepAlive` and `conversationMemory` (what stays in memory),
 * `alias`, `linger` (default 120 s), `apiKey`, `rateLimit`, `allowedHosts`, `record`, `logLevel`, `logFile`, `display`. Fails with a
 * `LabRequestError`: `lab_not_started` says in the server's words why it did not start, `model_load_failed` or
 * `model_not_found` why the model did not load.
 */
export function startLab(options: StartOptions = {}): Promise<Lab> {
  const name = options.name ?? (environment().LOCALLAB_NAME || "default");
  const before = underWay.get(name) ?? Promise.resolve();
  const display = new StartDisplay(options.display ?? true, name);
  const givingUp = new AbortController();
  const wish: Wish = { name, options, display, signal: givingUp.signal };
  const lab = before.then(() => start(wish));
  const settled = lab.then(
    () => {},
    () => {},
  );
  underWay.set(name, settled);
  void settled.then(() => underWay.get(name) === settled && underWay.delete(name));
  const work = new OngoingWork(() => lab);
  // on the end itself, not after an await: an interrupted cell takes no output afterwards
  work.onEnd((end) => {
    if (end.state === "done") return;
    givingUp.abort();
    display.fail(end.state);
  });
  return work.then((started) => started);
}

async function start(wish: Wish): Promise<Lab> {
  const { options, display, signal } = wish;
  signal.throwIfAborted();
  assertKnownOptions(options);
  const lab = await find(wish);
  signal.throwIfAborted();
  remember(lab.lab);
  await waitForModel(lab, { wanted: options.model, display, signal });
  display.end(lab.lab);
  return lab.lab;
}

/** What `startLab` was asked for, and by whom. */
interface Wish {
  readonly name: string;
  readonly options: StartOptions;
  readonly display: StartDisplay;
  readonly signal: AbortSignal;
}

/** The lab that runs, if it will do; else a new one in its place. */
async function find(wish: Wish, isAgain = false): Promise<LocalLab> {
  const { name, options, display, signal } = wish;
  const running = readState(runtimeFolder(environment()), name);
  const flags: Flags = { ...flagsOf(options), name };
  const start = async (all: Flags, apiKey: string | undefined): Promise<LocalLab> => {
    const { state, isOwn } = await spawn(wish, all, apiKey);
    // another kernel was quicker, with settings of its own: they are compared as those of any lab that runs
    return isOwn || isAgain ? localLab(state) : find(wish, true);
  };
  if (running === null) return start(flags, options.apiKey);
  const changes = changedSettings(running, flags, options.apiKey);
  display.stage("Asking the lab that runs");
  const lab = await localLab(running);
  if (changes.length === 0) return lab;
  const anyPort = flags.port === undefined || flags.port === "0";
  const samePort: Flags = anyPort ? { port: new URL(running.url).port } : {};
  const all: Flags = { ...running.flags, ...flags, ...samePort };
  const apiKey = options.apiKey ?? running.apiKey ?? undefined;
  // a wrong option costs nobody the lab that runs
  await checkSettings(serverCommand({ flags: all, apiKey, logFile: join(logFolder(), `${name}.log`) }));
  signal.throwIfAborted();
  display.say(`Restarting the lab: ${changes.join(", ")}.`);
  await lab.lab.makeWay();
  return start(all, apiKey);
}

async function spawn({ name, display, signal }: Wish, flags: Flags, apiKey: string | undefined): Promise<Spawned> {
  display.stage("Starting the server");
  const runtimeDir = runtimeFolder(environment());
  const place = placeDefaults(herePlace(), environment());
  const spawned = await spawnServer({
    name,
    flags: { ...place.flags, ...flags },
    apiKey: apiKey ?? place.apiKey,
    runtimeDir,
    logFolder: logFolder(),
    signal,
  });
  const port = Number(new URL(spawned.state.url).port);
  const wanted = Number(spawned.state.settings.port);
  if (wanted !== 0 && wanted !== port)
    display.say(otherPortText(wanted, port, labAtPort(labStates(runtimeDir), wanted)));
  return spawned;
}

const logFolder = (): string => join(cacheFolder(environment()), "logs");

function otherPortText(wanted: number, port: number, owner: LabState | undefined): string {
  return owner === undefined
    ? `Port ${wanted} is taken by another program: this lab uses ${port}.`
    : `Port ${wanted} is used by your lab "${owner.name}": this one uses ${port}, and both run side by side. In a terminal, npx --no -- locallab stop ${owner.name} ends the other.`;
}
