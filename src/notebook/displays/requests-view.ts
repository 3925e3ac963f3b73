/** How the list of requests looks: what runs first, then what ended. What is the same in every row stands above them. */
import type { RequestEntry, RequestList } from "../../server/wire/system.js";
import { oneLine } from "../client/clean-text.js";
import { line } from "./parts.js";
import { type Column, table, textTable } from "./table.js";
import { durationText, timeText } from "./units.js";
import type { View } from "./view.js";

interface Field extends Column {
  readonly value: (request: RequestEntry) => string;
  /** How it is said once for all rows; undefined for what has a column in any case. */
  readonly once?: (value: string) => string;
}

/** The status says more than the word only where a request was refused. */
function stateText({ position, state, status }: RequestEntry): string {
  if (position !== null) return `${state}, place ${position}`;
  return state === "failed" && status !== null ? `failed (${status})` : state;
}

const fields: readonly Field[] = [
  { name: "Time", value: ({ started_at }) => timeText(started_at) },
  { name: "Who", value: ({ client }) => client, once: (client) => `all of ${client}` },
  { name: "Route", value: ({ route }) => route.replace(/^POST /, "") },
  {
    name: "Model",
    value: ({ model }) => model?.slice(model.lastIndexOf("/") + 1) ?? "–",
    once: (model) => `model ${model}`,
  },
  {
    name: "Tokens in",
    kind: "number",
    value: ({ prompt_tokens: count }) => (count === null ? "–" : String(count)),
  },
  { name: "out", kind: "number", value: ({ completion_tokens: count }) => String(count) },
  { name: "Took", kind: "number", value: ({ elapsed_ms }) => durationText(elapsed_ms) },
  { name: "State", value: stateText },
];

/** Only a lab that records in full tells them. */
const promptField: Field = { name: "Prompt", kind: "long", value: ({ prompt }) => prompt ?? "–" };

export const requestsView = ({ active, recent }: RequestList): View => {
  const requests = [...active, ...recent];
  if (requests.length === 0) return { html: () => line("No requests yet."), text: () => "No requests yet." };
  const isShared = ({ once, value }: Field): boolean =>
    once !== undefined && new Set(requests.map((request) => value(request))).size === 1;
  const all = requests.some(({ prompt }) => prompt) ? [...fields, promptField] : fields;
  const columns = all.filter((field) => !isShared(field));
  const [first] = requests as [RequestEntry, ...RequestEntry[]];
  const shared = all.filter(isShared).map(({ once, value }) => once?.(value(first)) ?? "");
  const caption = [requests.length === 1 ? "1 request" : `${requests.length} requests`, ...shared]
    .map((words) => oneLine(words, 160))
    .join(" · ");
  const rows = requests.map((request) => columns.map(({ value }) => value(request)));
  return {
    html: () => table(columns, rows, { label: "Requests", caption }),
    text: () => `${caption}\n${textTable(columns, rows)}`,
  };
};
