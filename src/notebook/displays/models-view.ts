/** How models look: the list of what exists, and one that is loaded. */
import type { CurrentModel, ModelEntry, ModelList, ResidentModel } from "../../server/wire/models.js";
import { oneLine } from "../client/clean-text.js";
import { html } from "./html.js";
import { aside, card, copied, dotted, facts, headline, line, sentenceView } from "./parts.js";
import { type Column, table, textTable } from "./table.js";
import { bytesText, durationText, parametersText, timeText } from "./units.js";
import type { View } from "./view.js";

interface Field extends Column {
  readonly value: (model: ModelEntry) => string;
}

/** Columns of numbers; one that says nothing of any model is left out. */
const numberFields: readonly Field[] = [
  { name: "Parameters", kind: "number", value: ({ parameters }) => parametersText(parameters) },
  { name: "Quantization", value: ({ quantization }) => quantization ?? "–" },
  {
    name: "Trained for",
    kind: "number",
    value: ({ train_context: tokens }) => (tokens == null ? "–" : `${tokens} tokens`),
  },
  { name: "File", kind: "number", value: ({ size_bytes }) => bytesText(size_bytes) },
  { name: "Memory", kind: "number", value: ({ needed_bytes: needed }) => bytesText(needed) },
];

/** "loaded, current": the one that answers where a request names none. */
function stateText(model: ModelEntry, current: string | null): string {
  const words = [
    model.state,
    model.kind === "embedding" && "for embeddings",
    model.kind === "reranker" && "for rerank",
    model.id === current && model.is_loaded && "current",
    model.is_outdated && "the file is newer: load it again",
  ];
  return words.filter(Boolean).join(", ");
}

/** Why it cannot be used, or not now; else what it is, where no number says it. An older server tells less. */
function remarkOf({ reason, fits, parameters, description }: ModelEntry): string {
  if (reason !== null) return reason;
  if (fits === false) return "It takes more memory than is free.";
  return parameters == null ? description : "";
}

/** Where files belong, and what is odd about the place: a key that may not manage models is not told which folder. */
const folderText = ({ models_dir: folder, models_dir_note: note }: ModelList): string =>
  folder ? [`Folder: ${oneLine(folder, 500)}`, note && oneLine(note, 300)].filter(Boolean).join(" ") : "";

export const modelsView = (list: ModelList): View => {
  const numbers = numberFields.filter(({ value }) => list.models.some((model) => value(model) !== "–"));
  const folder = folderText(list);
  if (list.models.length === 0) return sentenceView(["No models.", folder].filter(Boolean).join(" "));
  const shared = list.models.map((model) => ({
    model,
    state: stateText(model, list.current_model),
    numbers: numbers.map(({ value }) => value(model)),
    remark: remarkOf(model),
  }));
  return {
    html: () =>
      html`${table(
        [{ name: "Model", kind: "long" }, "State", ...numbers],
        shared.map(({ model, state, numbers: values, remark }) => [
          html`${copied(oneLine(model.id, 200))}${remark !== "" && aside(oneLine(remark, 300))}`,
          state,
          ...values,
        ]),
        { label: "Models" },
      )}${folder !== "" && line(aside(folder))}`,
    text: () =>
      [
        textTable(
          ["Model", "State", ...numbers, "Remark"],
          shared.map(({ model, state, numbers: values, remark }) => [model.id, state, ...values, remark]),
        ),
        folder,
      ]
        .filter(Boolean)
        .join("\n"),
  };
};

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
  return [
    [
      "State",
      model.is_loaded
        ? dotted(model.state, model.load_ms !== null && `in ${durationText(model.load_ms)}`)
        : model.state,
    ],
    ["Context", contextText(model)],
    [
      "Kind",
      dotted(
        model.architecture,
        model.parameters !== null && `${parametersText(model.parameters)} parameters`,
        model.quantization,
      ),
    ],
    [
      "Memory",
      dotted(model.memory_bytes !== null && bytesText(model.memory_bytes), keptText(model), layersText(model)),
    ],
    ["Vectors", vectorsText(model)],
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
    card(
      headline(html`<b>${oneLine(model.id, 120)}</b>`),
      aside(oneLine(model.description, 300)),
      facts(modelFacts(model)),
    ),
  text: () =>
    [
      oneLine(model.id, 120),
      ...modelFacts(model).flatMap(([name, value]) => (value === "" ? [] : [`  ${name}: ${oneLine(value, 300)}`])),
    ].join("\n"),
});

/** A server of an earlier version says nothing of them. */
function vectorsText({ vectors }: CurrentModel): string {
  if (!vectors) return "";
  const { dimensions, shorter, least_dimensions: least, input_types: types } = vectors;
  const fewer = least === null ? shorter.join(", ") : `any from ${least} on`;
  return dotted(`${dimensions} numbers`, fewer !== "" && `or ${fewer}`, types.length > 0 && `for ${types.join(", ")}`);
}

/** A server of an earlier version says nothing of it. */
function keptText({ kept_bytes: bytes }: CurrentModel): string | false {
  return (bytes ?? 0) > 0 && `${bytesText(bytes ?? 0)} of it conversations out of their slots`;
}
