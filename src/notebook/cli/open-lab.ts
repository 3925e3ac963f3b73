/** The lab a person talks with from a terminal: one that runs, one elsewhere, or a new one. */
import { runtimeFolder } from "../../server/state/lab-folders.js";
import { type LabState, readState } from "../../server/state/state-file.js";
import type { ModelList } from "../../server/wire/models.js";
import { baseUrl } from "../client/base-url.js";
import { Connection } from "../client/connection.js";
import { connectionTo } from "../client/local-connection.js";
import { LabRequestError } from "../client/request-error.js";
import { durationText } from "../displays/units.js";
import { environment } from "../kernel/environment.js";
import { ConnectedLab } from "../lab/connected-lab.js";
import { ownVersion } from "../start/changed-settings.js";
import { localLab } from "../start/local-lab.js";
import { StartDisplay } from "../start/start-display.js";
import { startLab } from "../start/start-lab.js";
import { waitForModel } from "../start/wait-for-model.js";
import { type LoadProgress, showLoadProgress } from "./load-progress.js";
import { meantName } from "./meant-lab.js";

export interface Wanted {
  /** undefined: the lab that is meant where nobody says which, else a new one called "default". */
  readonly name: string | undefined;
  /** Id of the model; undefined takes the one that is loaded. */
  readonly model: string | undefined;
  /** Address of a lab elsewhere; its key is read from LOCALLAB_API_KEY. */
  readonly url: string | undefined;
  /** Gives up waiting for a model. */
  readonly signal: AbortSignal;
}

export interface OpenedLab {
  readonly lab: ConnectedLab;
  /** For looking at it meanwhile. */
  readonly connection: Connection;
  /** Id of the model that answers; null when none is loaded. */
  readonly model: string | null;
  /** Lets go of a lab elsewhere. */
  close(): Promise<void>;
}

type Note = (sentence: string) => void;

/** The lab, its model loaded. Calls `note` with a sentence for what takes time where no line can show it. */
export async function openLab(wanted: Wanted, note: Note): Promise<OpenedLab> {
  if (wanted.url !== undefined) return remoteLab(wanted.url, wanted, note);
  const name = wanted.name ?? meantName() ?? "default";
  const running = readState(runtimeFolder(environment()), name);
  return running === null ? newLab(name, wanted, note) : runningLab(running, wanted, note);
}

/** The sentence for a lab without a model, with the ids there are. `how` is what loads one. */
export async function noModelError({ connection }: OpenedLab, how: string): Promise<LabRequestError> {
  const { models } = await connection.json<ModelList>("GET", "/models/available");
  const ids = models.map(({ id }) => id).slice(0, 12);
  const there =
    ids.length === 0 ? "There are none in its folder: locallab models says which." : `There are: ${ids.join(", ")}.`;
  return new LabRequestError("no_model_loaded", `No model is loaded. ${how} ${there}`);
}

async function runningLab(running: LabState, { model, signal }: Wanted, note: Note): Promise<OpenedLab> {
  if (running.version !== ownVersion) {
    note(
      `This lab is of version ${running.version}, this program of ${ownVersion}: what one does not know it refuses.`,
    );
  }
  const local = await localLab(running);
  const progress = showLoadProgress(local.connection, note);
  try {
    await waitForModel(local, { wanted: model, display: new StartDisplay(false), signal });
  } finally {
    progress.end();
  }
  return opened(local.lab, local.connection, async () => {});
}

async function newLab(name: string, { model }: Wanted, note: Note): Promise<OpenedLab> {
  note(`No lab called "${name}" runs: starting one …`);
  const runtimeDir = runtimeFolder(environment());
  const progress = progressOfStart(runtimeDir, name);
  try {
    await startLab({ name, display: false, ...(model !== undefined && { model }) });
  } finally {
    progress.end();
  }
  const state = readState(runtimeDir, name);
  if (state === null) throw new LabRequestError("lab_ended", `The lab "${name}" ended as soon as it had started.`);
  const { linger } = state.settings;
  const stays = typeof linger === "number" ? `It stays ${durationText(linger * 1000)} after this; ` : "";
  note(`${stays}npx --no -- locallab stop --name ${name} ends it at once.`);
  const { lab, connection } = await localLab(state);
  return opened(lab, connection, async () => {});
}

/** Shows how far the model of a server is that is being started, as soon as the server is there. */
function progressOfStart(runtimeDir: string, name: string): LoadProgress {
  let progress: LoadProgress | undefined;
  let connection: Connection | undefined;
  const timer = setInterval(() => {
    const state = readState(runtimeDir, name);
    if (state === null) return;
    clearInterval(timer);
    connection = connectionTo(state);
    progress = showLoadProgress(connection);
  }, 100);
  return {
    end: () => {
      clearInterval(timer);
      progress?.end();
      connection?.close();
    },
  };
}

async function remoteLab(url: string, { model, signal }: Wanted, note: Note): Promise<OpenedLab> {
  const apiKey = environment().LOCALLAB_API_KEY || undefined;
  const connection = new Connection(baseUrl(url), apiKey);
  const lab = await ConnectedLab.connect(connection.url, apiKey).catch((error: unknown) => {
    connection.close();
    const isAboutKey = error instanceof LabRequestError && /^(missing|invalid)_api_key$/.test(error.code);
    if (!isAboutKey) throw error;
    const what = apiKey ? "does not know the key in LOCALLAB_API_KEY" : "wants a key";
    throw new LabRequestError(error.code, `${url} ${what}. Set LOCALLAB_API_KEY to the key its owner gave you.`, {
      cause: error,
    });
  });
  if (model !== undefined && model !== (await lab.health()).model) {
    const progress = showLoadProgress(connection, note);
    await lab.models.load(model, { signal }).finally(() => progress.end());
  }
  return opened(lab, connection, async () => {
    connection.close();
    await lab.stop();
  });
}

async function opened(lab: ConnectedLab, connection: Connection, close: () => Promise<void>): Promise<OpenedLab> {
  const { model, loading } = await lab.health();
  return { lab, connection, model: model ?? loading?.model ?? null, close };
}
