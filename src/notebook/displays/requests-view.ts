/** How the list of requests looks: what runs first, then what ended. */
import type { RequestEntry, RequestList } from "../../server/wire/system.js";
import { line, table, textTable } from "./parts.js";
import type { View } from "./self-displaying.js";
import { durationText, timeText } from "./units.js";

const numbersHead = ["Time", "Who", "Route", "Model", "Tokens in", "Tokens out", "Took", "State", "Id"];

const stateText = (request: RequestEntry): string => {
  if (request.position !== null) return `${request.state}, place ${request.position}`;
  return request.status === null ? request.state : `${request.state} (${request.status})`;
};

const cells = (request: RequestEntry): string[] => [
  timeText(request.started_at),
  request.client,
  request.route,
  request.model ?? "–",
  request.prompt_tokens === null ? "–" : String(request.prompt_tokens),
  String(request.completion_tokens),
  durationText(request.elapsed_ms),
  stateText(request),
  request.id,
];

export const requestsView = ({ active, recent }: RequestList): View => {
  const requests = [...active, ...recent];
  // only a lab that records in full tells them
  const hasPrompts = requests.some(({ prompt }) => prompt);
  const rows = requests.map((request) => [...cells(request), ...(hasPrompts ? [request.prompt ?? "–"] : [])]);
  const head = hasPrompts ? [...numbersHead, "Prompt"] : numbersHead;
  return {
    html: () => (rows.length === 0 ? line("No requests yet.") : table(head, rows)),
    text: () => (rows.length === 0 ? "No requests yet." : textTable(head, rows)),
  };
};
