/** How a lab of this machine is, for a terminal and for programs. */
import type { LabState } from "../../server/state/state-file.js";
import type { ResidentModel } from "../../server/wire/models.js";
import type { ServerState } from "../../server/wire/system.js";
import { oneLine } from "../client/clean-text.js";
import { type LabSnapshot, lookAt, residentsOf } from "../client/lab-snapshot.js";
import { connectionTo } from "../client/local-connection.js";
import { residentsText } from "../displays/models-view.js";
import { dotted } from "../displays/parts.js";
import { deviceText } from "../displays/system-view.js";
import { bytesText, countText, durationText, percentText } from "../displays/units.js";
import { terminalTable } from "./terminal-table.js";

/** One lab, as `locallab status --json` gives it. No key in it. */
export interface LabReport {
  name: string;
  url: string;
  pid: number;
  /** Version of the server. */
  version: string;
  /** "not_answering": the process is there, the server says nothing. */
  state: ServerState | "not_answering";
  /** Id of the loaded model; null when none is. */
  model: string | null;
  /** Every model in memory, or on its way in or out; empty where the server does not tell. */
  models: readonly ResidentModel[];
  /** Id of the model that loads and how far it is, 0 to 1; null when none does. */
  loading: { model: string; progress: number } | null;
  /** Tokens per slot; null until a model is loaded. */
  context: number | null;
  slots: { busy: number; total: number } | null;
  /** Requests that wait for a slot. */
  waiting: number | null;
  /** Resident memory of the engine in bytes; null when none runs. */
  memory_bytes: number | null;
  /** "cpu · 2 threads" and the like; null until known. */
  device: string | null;
  /** Notebooks that hold the lab; null when not known. */
  holders: number | null;
  /** Seconds the lab stays when nobody holds it; "off" stays until it is stopped. */
  linger: number | "off" | null;
  uptime_seconds: number | null;
  /** Path of the log; null when it goes to the terminal. */
  log_file: string | null;
}

/** Asks a lab how it is. Does not fail when it does not answer. */
export async function reportOn(state: LabState): Promise<LabReport> {
  const connection = connectionTo(state);
  try {
    return report(state, await lookAt(connection).catch(() => undefined));
  } finally {
    connection.close();
  }
}

function report(state: LabState, snapshot: LabSnapshot | undefined): LabReport {
  const { linger } = state.settings;
  const health = snapshot?.health;
  return {
    name: state.name,
    url: state.url,
    pid: state.pid,
    version: state.version,
    state: health?.state ?? "not_answering",
    model: health?.model ?? null,
    models: health === undefined ? [] : residentsOf(health),
    loading: health?.loading ?? null,
    context: snapshot?.model?.context ?? null,
    slots: health?.slots ?? null,
    waiting: health?.waiting ?? null,
    memory_bytes: snapshot?.system?.engine.memory_bytes ?? null,
    device: snapshot?.system?.engine.backend ? deviceText(snapshot.system) : null,
    holders: health?.holders ?? null,
    linger: typeof linger === "number" || linger === "off" ? linger : null,
    uptime_seconds: health?.uptime_seconds ?? null,
    log_file: state.logFile,
  };
}

/** The report as lines for a person. */
export function reportText(lab: LabReport): string {
  const pairs: readonly (readonly [string, string])[] = [
    ["Model", lab.state === "not_answering" ? "" : (lab.model ?? "none")],
    ["Loaded", residentsText(lab.models, lab.model === null ? 1 : 2)],
    ["Context", contextText(lab)],
    ["Memory", lab.memory_bytes === null ? "" : bytesText(lab.memory_bytes)],
    ["Device", lab.device ?? ""],
    ["URL", lab.url],
    ["Held by", holderText(lab)],
    ["Up", lab.uptime_seconds === null ? "" : durationText(lab.uptime_seconds * 1000)],
    ["Process", dotted(String(lab.pid), `version ${lab.version}`)],
    ["Log", lab.log_file ?? ""],
  ];
  const lines = pairs.filter(([, value]) => value !== "").map(([name, value]) => `  ${name.padEnd(9)}${value}`);
  return [`${lab.name}: ${stateText(lab)}`, ...lines].map((line) => oneLineKeepingIndent(line)).join("\n");
}

/** Several reports, a line for each where the terminal is wide enough. */
export const reportTable = (labs: readonly LabReport[], columns: number): string =>
  terminalTable(
    ["Lab", "State", "Model", "Memory", "Held by", "URL"],
    labs.map((lab) => [
      lab.name,
      stateText(lab),
      lab.model ?? "–",
      lab.memory_bytes === null ? "–" : bytesText(lab.memory_bytes),
      lab.holders === null ? "–" : String(lab.holders),
      lab.url,
    ]),
    columns,
  );

const oneLineKeepingIndent = (line: string): string =>
  line.startsWith("  ") ? `  ${line.slice(2, 11)}${oneLine(line.slice(11), 400)}` : oneLine(line, 400);

function stateText({ state, loading, slots, waiting }: LabReport): string {
  return dotted(
    loading ? `loading ${loading.model}, ${percentText(loading.progress)}` : state.replace("_", " "),
    slots !== null && slots.busy > 0 && `${slots.busy} of ${countText(slots.total, "slot")} busy`,
    waiting !== null && waiting > 0 && `${waiting} waiting`,
  );
}

const contextText = ({ context, slots }: LabReport): string =>
  dotted(context !== null && `${context} tokens`, slots !== null && countText(slots.total, "slot"));

function holderText({ holders, linger }: LabReport): string {
  if (holders === null) return "";
  if (holders > 0) return countText(holders, "notebook or chat", "notebooks or chats");
  return linger === "off" || linger === null
    ? "nobody; stays until it is stopped"
    : `nobody; ends after ${durationText(linger * 1000)}`;
}
