/** From a model that is wanted to an engine that answers: looks into its file, then starts an engine for it. */
import { TimeoutError, within } from "../async/within.js";
import { LabError } from "../errors.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/read-settings.js";
import { adviceForBad, explainLoad } from "./explain-load.js";
import type { Inspection } from "./file-inspector.js";
import { isLoadable } from "./file-kinds.js";
import { contextWarning, encoderBytes, neededBytes } from "./fit.js";
import { ignoredOptions } from "./ignored-options.js";
import type { ModelRegistry } from "./model-registry.js";
import { describedBy, type ModelProblem, type ModelSource } from "./model-source.js";
import { keepAliveMs, type LoadOptions } from "./models.js";
import { Resident } from "./resident.js";
import type { StartEngine } from "./start-engine.js";
import type { Prepared, Want } from "./want.js";

export interface LoadParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly registry: ModelRegistry;
  readonly start: StartEngine;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/** Names a load: the same file in the same version with the same options has the same key. */
const loadKey = (source: ModelSource, options: LoadOptions): string =>
  JSON.stringify([source.id, source.version, optionsKey(options)]);

const optionsKey = ({ context, slots, chatTemplate }: LoadOptions): string =>
  JSON.stringify([context ?? null, slots ?? null, chatTemplate ?? null]);

/** True when this model in memory is what a load of this source with these options would bring. */
export function willDo(resident: Resident, source: ModelSource, options: LoadOptions): boolean {
  if (resident.key === loadKey(source, options)) return true;
  // no other options are wanted: those that the model was loaded with will do
  const isPlain = [options.context, options.slots, options.chatTemplate].every((one) => one === undefined);
  return isPlain && resident.source.version === source.version;
}

/**
 * Looks into the file. A load by name looks afresh; a request believes what is remembered.
 *
 * Refuses with `model_not_found`, `model_load_failed` and `model_load_interrupted`.
 */
export async function prepareWanted({ registry, settings }: LoadParts, want: Want): Promise<Prepared> {
  const { loadTimeoutSeconds, context, slots } = settings;
  try {
    return await within(loadTimeoutSeconds * 1000, `Looking into "${want.modelId}"`, async () => {
      // what is loaded by name was found before
      const source = await registry.find(want.modelId, undefined, { isExact: want.isExplicit });
      const inspection = await registry.inspect(source, { afresh: want.isExplicit });
      const problem = registry.problem(source, inspection, optionsKey(want.options));
      if (problem !== null && !source.isBuiltIn) throw refusal(source, problem, inspection.kind);
      const parts = await source.parts();
      const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
      const wish = { context: want.options.context ?? context, slots: want.options.slots ?? slots };
      const path = parts[0]?.path ?? "";
      // a file that cannot be read is tried
      const kind = inspection.kind !== null && isLoadable(inspection.kind) ? inspection.kind : "text";
      const bytes =
        kind === "text"
          ? neededBytes(sizeBytes, inspection.header, wish)
          : encoderBytes(sizeBytes, inspection.header, wish);
      return { source: describedBy(source, inspection), path, neededBytes: bytes, kind };
    });
  } catch (error) {
    if (error instanceof LabError) throw error;
    const advice = error instanceof TimeoutError ? "The disk may be busy: try again." : undefined;
    throw explainLoad(error, want.modelId, "", advice).error;
  }
}

function refusal(source: ModelSource, { kind, reason }: ModelProblem, fileKind: Inspection["kind"]): LabError {
  // a file that is whole, and made for something else, is not to be replaced
  const isWhole = fileKind !== null && fileKind !== "text";
  const advice = {
    bad: isWhole ? "Load a model that is made for text." : adviceForBad,
    incomplete: "Load it once all of them are there.",
    unreadable: "",
  }[kind];
  const code = kind === "unreadable" ? "model_load_interrupted" : "model_load_failed";
  return new LabError(code, `"${source.id}" did not load. ${reason} ${advice}`.trim(), { param: "model_id" });
}

/** Starts the engine. Refuses with `model_load_failed` and `model_load_interrupted`; a bad file is remembered. */
export async function loadWanted(parts: LoadParts, want: Want, prepared: Prepared): Promise<Resident> {
  const { settings, log, registry, start, now } = parts;
  const { source, path, kind } = prepared;
  const { options, signal } = want;
  const began = now();
  try {
    const engine = await start({
      modelId: source.id,
      path,
      context: options.context ?? settings.context,
      // texts are measured one after the other
      slots: kind === "text" ? (options.slots ?? settings.slots) : 1,
      kind,
      chatTemplate: options.chatTemplate,
      onProgress: (fraction) => {
        want.progress = fraction;
      },
      signal,
    });
    const loadMs = now() - began;
    const { context, trainContext } = engine.facts;
    const remarks = [want.note, contextWarning(context, trainContext), ...ignoredOptions(kind, options, context)];
    const note = remarks.filter((remark) => remark !== null).join(" ") || null;
    log.info("model loaded", { model: source.id, ms: Math.round(loadMs), pid: engine.pid, note });
    return new Resident({
      engine,
      source,
      key: loadKey(source, options),
      neededBytes: prepared.neededBytes,
      loadMs,
      keepAliveMs: keepAliveMs(options.keepAliveSeconds ?? settings.keepAlive),
      note,
      now,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const failed = explainLoad(error, source.id, path);
    const isBad = failed.blame !== null && !source.isBuiltIn;
    if (isBad) registry.blame(source, failed.blame ?? "", failed.optionsMayHelp ? optionsKey(options) : null);
    log.warn("model did not load", { model: source.id, reason: failed.error.message, markedBad: isBad });
    throw failed.error;
  }
}
