/** `locallab requests`. */
import type { RequestEntry, RequestList } from "../../server/wire/system.js";
import { durationText, timeText } from "../displays/units.js";
import type { CommandSpec } from "./command-line.js";
import { nameFlag, withLab } from "./meant-lab.js";
import { jsonFlag } from "./model-actions.js";
import { exitCodes, performCommand } from "./perform-command.js";
import { terminal } from "./terminal.js";
import { terminalTable } from "./terminal-table.js";

const spec: CommandSpec = {
  name: "requests",
  usage: ["requests [flags]"],
  about: [
    "Shows what a lab works on, what waits, and up to 100 requests that ended lately, of every client.",
    "Exit code: 0, or 1 when the lab does not answer, 3 when no such lab runs.",
  ],
  flags: { name: nameFlag, json: jsonFlag },
};

export function requestsCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const list = await withLab(line, (connection) => connection.json<RequestList>("GET", "/requests"));
    console.log(line.has("json") ? JSON.stringify(list, null, 2) : textOf(list));
    return exitCodes.good;
  });
}

function textOf({ active, recent }: RequestList): string {
  const requests = [...active, ...recent];
  if (requests.length === 0) return "No requests yet.";
  // only a lab that records in full tells them
  const hasPrompts = requests.some(({ prompt }) => prompt);
  const head = ["Time", "State", "Took", "In", "Out", "Who", "Route", "Model", ...(hasPrompts ? ["Prompt"] : [])];
  const rows = requests.map((request) => [...cells(request), ...(hasPrompts ? [request.prompt ?? "–"] : [])]);
  return terminalTable(head, rows, terminal(process.stdout).columns);
}

const cells = (request: RequestEntry): string[] => [
  timeText(request.started_at),
  stateText(request),
  durationText(request.elapsed_ms),
  request.prompt_tokens === null ? "–" : String(request.prompt_tokens),
  String(request.completion_tokens),
  request.client,
  request.route,
  request.model ?? "–",
];

function stateText({ state, position, status }: RequestEntry): string {
  if (position !== null) return `${state}, place ${position}`;
  return status === null || status < 400 ? state : `${state} (${status})`;
}
