/** How a model's maker would have its tokens chosen, as its file says, for requests that leave it open. */
import { type GenerationNumbers, generationFields, type NumberName } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";

/**
 * What the entries below `general.sampling` are called here. Source: llama.h, `llama_model_meta_key`; the converter takes
 * them from the model's generation_config.json.
 */
const names: Readonly<Record<string, NumberName>> = {
  temp: "temperature",
  top_k: "topK",
  top_p: "topP",
  min_p: "minP",
  xtc_probability: "xtcProbability",
  xtc_threshold: "xtcThreshold",
  penalty_last_n: "repeatLastN",
  penalty_repeat: "repetitionPenalty",
};

/** What the metadata of a file says; what is out of range says nothing. */
export function samplingOf(metadata: unknown): Partial<GenerationNumbers> {
  const { sampling } = ((metadata as { general?: unknown } | undefined)?.general ?? {}) as { sampling?: unknown };
  if (typeof sampling !== "object" || sampling === null) return {};
  const said = Object.entries(sampling).flatMap(([key, value]) => {
    const name = Object.hasOwn(names, key) ? names[key] : undefined;
    return name !== undefined && isInRange(name, value) ? [[name, rounded(value)] as const] : [];
  });
  return Object.fromEntries(said);
}

function isInRange(name: NumberName, value: unknown): value is number {
  const { kind, least, most } = generationFields[name];
  return typeof value === "number" && value >= least && value <= most && (kind === "number" || Number.isInteger(value));
}

/** Files have 32-bit floats: 0.6 stands there as 0.6000000238418579. */
const rounded = (value: number): number => Number(value.toPrecision(7));

/** The request with what the file says in the place of numbers that its caller left open. */
export function withModelSampling(request: GenerationRequest, sampling: Partial<GenerationNumbers>): GenerationRequest {
  const open = (request.open ?? []).filter((name) => sampling[name] !== undefined);
  if (open.length === 0) return request;
  return { ...request, ...Object.fromEntries(open.map((name) => [name, sampling[name]])) };
}
