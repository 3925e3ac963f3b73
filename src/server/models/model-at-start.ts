/** The model that "auto" means here, and the one that a server loads when it starts. */
import { join } from "node:path";
import type { Settings } from "../settings/read-settings.js";
import type { ModelEntry } from "../wire/models.js";
import { type DefaultModel, defaultModel } from "./default-model.js";
import { type Models, owner } from "./models.js";
import { sampleModels } from "./sample/sample-models.js";

type StartSettings = Pick<Settings, "model" | "modelsDir" | "cacheDir">;

/** The default one of these models. */
export function autoModel(entries: readonly ModelEntry[], settings: Omit<StartSettings, "model">): DefaultModel {
  const builtIn = new Set<string>(sampleModels.map(({ id }) => id));
  const candidates = entries.map(({ id, kind, state }) => ({
    id,
    isBuiltIn: builtIn.has(id),
    isText: (kind === "text" || kind === null) && state !== "bad" && state !== "incomplete",
  }));
  return defaultModel(candidates, settings.modelsDir !== join(settings.cacheDir, "models"));
}

/**
 * Loads the model of the settings. Resolves once it answers, with which one it is and why, in a sentence for the terminal;
 * with null where none is to be loaded. Refuses as `Models.load` does.
 */
export async function loadAtStart(
  models: Pick<Models, "list" | "load">,
  settings: StartSettings,
): Promise<string | null> {
  if (settings.model === "none") return null;
  const found = settings.model === "auto" ? autoModel((await models.list(owner)).models, settings) : undefined;
  const { id, note } = await models.load(found?.id ?? settings.model);
  const what = found === undefined ? `Model ${id} is loaded.` : `Model ${id} is loaded: it ${found.because}.`;
  return note === null ? what : `${what} ${note}`;
}
