/** How models look: the list of what exists, and one that is loaded. */
import type { CurrentModel, ModelEntry, ModelList, ResidentModel } from "../../server/wire/models.js";
import { oneLine } from "../client/clean-text.js";
import { html } from "./html.js";
import { aside, card, dotted, facts, line, table, textTable } from "./parts.js";
import type { View } from "./self-displaying.js";
import { bytesText, durationText, timeText } from "./units.js";

const head = ["Model", "State", "Size", "Quantization", "Description"];

/** "loaded, current": the one that answers where a request names none. */
function stateText(model: ModelEntry, current: string | null): string {
  const words = [
    model.state,
    model.id === current && model.is_loaded && "current",
    model.is_outdated && "the file is newer: load it again",
  ];
  const state = words.filter(Boolean).join(", ");
  return model.reason ? `${state}: ${model.reason}` : state;
}

const cells = (model: ModelEntry, current: string | null): string[] => [
  model.id,
  stateText(model, current),
  bytesText(model.size_bytes),
  model.quantization ?? "–",
  model.description,
];

/** Where files belong: a key that may not manage models is not told which folder. */
const emptyText = (folder: string | null): string =>
  folder ? `No models. Put .gguf files into ${oneLine(folder, 500)}` : "No models.";

const rows = ({ models, current_model }: ModelList): string[][] => models.map((model) => cells(model, current_model));

export const modelsView = (list: ModelList): View => ({
  html: () =>
    list.models.length === 0
      ? line(emptyText(list.models_dir))
      : html`${table(head, rows(list))}${list.models_dir ? aside("Folder: ", list.models_dir) : ""}`,
  text: () => (list.models.length === 0 ? emptyText(list.models_dir) : textTable(head, rows(list))),
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

/** "20 of 33 layers on the GPU"; "" on the CPU, or where it is not known. */
export const layersText = (model: CurrentModel | undefined): string =>
  model?.gpu_layers && model.total_layers ? `${model.gpu_layers} of ${model.total_layers} layers on the GPU` : "";

/** What the server did to make room for the model, and that its turns are only guessed; "" for neither. */
export const noteText = (model: CurrentModel | undefined): string =>
  [model?.note, model?.chat_template?.note].filter(Boolean).join(" ");

/** Models in memory: "sample · sample-b (loading)"; "" for fewer than `least`, by default two. */
export function residentsText(residents: readonly ResidentModel[], least = 2): string {
  if (residents.length < least) return "";
  return dotted(...residents.map(({ id, state }) => (state === "loaded" ? id : `${id} (${state})`)));
}

/** "until 12:30:00 unless it is used"; "" for a model that stays. */
function staysText({ id, models = [] }: CurrentModel): string {
  const until = models.find((resident) => resident.id === id)?.keep_alive_until;
  return until ? `in memory until ${timeText(until)} unless it is used` : "";
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
    [
      "Memory",
      dotted(model.memory_bytes !== null && bytesText(model.memory_bytes), keptText(model), layersText(model)),
    ],
    ["Chat template", model.chat_template?.source === "given" ? "given at the load" : ""],
    ["Stays", staysText(model)],
    [
      "Beside it",
      residentsText(
        (model.models ?? []).filter(({ id }) => id !== model.id),
        1,
      ),
    ],
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

/** A server of an earlier version says nothing of it. */
function keptText({ kept_bytes: bytes }: CurrentModel): string | false {
  return (bytes ?? 0) > 0 && `${bytesText(bytes ?? 0)} of it conversations out of their slots`;
}
