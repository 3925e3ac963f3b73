/** How models look: the list of what exists, and one that is loaded. */
import type { CurrentModel, ModelEntry, ModelList } from "../../server/wire/models.js";
import { oneLine } from "../client/clean-text.js";
import { html } from "./html.js";
import { aside, card, dotted, facts, line, table, textTable } from "./parts.js";
import type { View } from "./self-displaying.js";
import { bytesText, durationText } from "./units.js";

const head = ["Model", "State", "Size", "Quantization", "Description"];

const cells = (model: ModelEntry): string[] => [
  model.id,
  model.reason ? `${model.state}: ${model.reason}` : model.state,
  bytesText(model.size_bytes),
  model.quantization ?? "–",
  model.description,
];

/** Where files belong: a key that may not manage models is not told which folder. */
const emptyText = (folder: string | null): string =>
  folder ? `No models. Put .gguf files into ${oneLine(folder, 500)}` : "No models.";

export const modelsView = (list: ModelList): View => ({
  html: () =>
    list.models.length === 0
      ? line(emptyText(list.models_dir))
      : html`${table(head, list.models.map(cells))}${list.models_dir ? aside("Folder: ", list.models_dir) : ""}`,
  text: () => (list.models.length === 0 ? emptyText(list.models_dir) : textTable(head, list.models.map(cells))),
});

/** 134515008 → "135 M". */
function parametersText(count: number | null): string {
  if (count === null) return "";
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)} B` : `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} M`;
}

const contextText = (model: CurrentModel): string =>
  dotted(
    model.context !== null && `${model.context} tokens`,
    `${model.slots} slots`,
    model.train_context !== null && `trained for ${model.train_context}`,
  );

/** "20 of 33 layers on the GPU"; "" where the server does not tell. */
export function layersText(model: CurrentModel | undefined): string {
  const { gpu_layers: onGpu, total_layers: all } = (model ?? {}) as { gpu_layers?: unknown; total_layers?: unknown };
  return typeof onGpu === "number" && typeof all === "number" && onGpu > 0
    ? `${onGpu} of ${all} layers on the GPU`
    : "";
}

/** What the server did to make room for the model; "" when it did nothing, or does not tell. */
export function noteText(model: CurrentModel | undefined): string {
  const { note } = (model ?? {}) as { note?: unknown };
  return typeof note === "string" ? note : "";
}

function modelFacts(model: CurrentModel): [string, string][] {
  const parameters = parametersText(model.parameters);
  return [
    [
      "State",
      model.is_loaded
        ? dotted(model.state, model.load_ms !== null && `in ${durationText(model.load_ms)}`)
        : model.state,
    ],
    ["Context", contextText(model)],
    ["Kind", dotted(model.architecture, parameters && `${parameters} parameters`, model.quantization)],
    ["Memory", dotted(model.memory_bytes !== null && bytesText(model.memory_bytes), layersText(model))],
    ["File", model.size_bytes === null ? "" : bytesText(model.size_bytes)],
    ["Note", noteText(model)],
  ];
}

export const currentModelView = (model: CurrentModel): View => ({
  html: () =>
    card(html`<b>${oneLine(model.id, 120)}</b>`, aside(oneLine(model.description, 300)), facts(modelFacts(model))),
  text: () =>
    [
      oneLine(model.id, 120),
      ...modelFacts(model).flatMap(([name, value]) => (value === "" ? [] : [`  ${name}: ${oneLine(value, 300)}`])),
    ].join("\n"),
});
