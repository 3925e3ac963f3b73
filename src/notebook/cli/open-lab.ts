/** The lab a chat talks with: one that runs, one elsewhere, or a new one. */
import { runtimeFolder } from "../../server/state/lab-folders.js";
import { readState } from "../../server/state/state-file.js";
import { LabRequestError } from "../client/request-error.js";
import { durationText } from "../displays/units.js";
import { environment } from "../kernel/environment.js";
import { connectLab } from "../lab/connect-lab.js";
import type { Lab } from "../lab/lab.js";
import { ownVersion } from "../start/changed-settings.js";
import { localLab } from "../start/local-lab.js";
import { StartDisplay } from "../start/start-display.js";
import { startLab } from "../start/start-lab.js";
import { waitForModel } from "../start/wait-for-model.js";

export interface Wanted {
  readonly name: string;
  /** Id of the model; undefined takes the one that is loaded. */
  readonly model: string | undefined;
  /** Address of a lab elsewhere; its key is read from LOCALLAB_API_KEY. */
  readonly url: string | undefined;
}

/** The lab, its model loaded. Calls `note` with a sentence for each thing that takes time. */
export async function openLab({ name, model, url }: Wanted, note: (sentence: string) => void): Promise<Lab> {
  if (url !== undefined) return remoteLab(url, model, note);
  const running = readState(runtimeFolder(environment()), name);
  if (running === null) return newLab(name, model, note);
  if (running.version !== ownVersion) {
    note(
      `This lab is of version ${running.version}, this program of ${ownVersion}: what one does not know it refuses.`,
    );
  }
  const local = await localLab(running);
  const { loading, model: loaded } = await local.lab.health();
  if (loading !== null || (model !== undefined && model !== loaded)) note(`Loading ${model ?? loading?.model} …`);
  const { signal } = new AbortController();
  await waitForModel(local, { wanted: model, display: new StartDisplay(false), signal });
  return local.lab;
}

async function newLab(name: string, model: string | undefined, note: (sentence: string) => void): Promise<Lab> {
  note(`No lab called "${name}" runs: starting one …`);
  const lab = await startLab({ name, display: false, ...(model !== undefined && { model }) });
  const linger = readState(runtimeFolder(environment()), name)?.settings.linger;
  const stays = typeof linger === "number" ? `It stays ${durationText(linger * 1000)} after this chat; ` : "";
  note(`${stays}npx --no locallab stop --name ${name} ends it at once.`);
  return lab;
}

async function remoteLab(url: string, model: string | undefined, note: (sentence: string) => void): Promise<Lab> {
  const apiKey = environment().LOCALLAB_API_KEY;
  const lab = await connectLab(url, apiKey ? { apiKey } : {}).catch((error: unknown) => {
    const isAboutKey = error instanceof LabRequestError && /^(missing|invalid)_api_key$/.test(error.code);
    if (!isAboutKey) throw error;
    const what = apiKey ? "does not know the key in LOCALLAB_API_KEY" : "wants a key";
    throw new LabRequestError(error.code, `${url} ${what}. Set LOCALLAB_API_KEY to the key its owner gave you.`, {
      cause: error,
    });
  });
  if (model === undefined || model === (await lab.health()).model) return lab;
  note(`Loading ${model} …`);
  await lab.models.load(model);
  return lab;
}
