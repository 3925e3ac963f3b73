/** What a cell asks for that the running server does not have. */
import type { LabState } from "../../server/state/state-file.js";
import { type Flags, optionOf } from "./start-options.js";

/** Flags that need no restart: the name found the server, and a model is loaded into the running one. */
const soft = new Set(["name", "model"]);

/** "slots 4 → 8" and the like; empty when the server will do. Options that were not given change nothing. */
export function changedSettings(running: LabState, flags: Flags, apiKey: string | undefined): string[] {
  const changes = Object.entries(flags)
    .filter(([flag, value]) => !soft.has(flag) && !has(running, flag, value))
    .map(([flag, value]) => `${optionOf(flag)} ${shown(running.settings[optionOf(flag)])} → ${value}`);
  // never the keys themselves
  if (apiKey !== undefined && apiKey !== running.apiKey) changes.push("another apiKey");
  return changes;
}

function has(running: LabState, flag: string, value: string): boolean {
  // as it was written, or as it was understood: "2m" and 120 are the same linger
  return running.flags[flag] === value || String(running.settings[optionOf(flag)]) === value;
}

function shown(value: unknown): string {
  return Array.isArray(value) && value.length === 0 ? "none" : String(value ?? "none");
}
