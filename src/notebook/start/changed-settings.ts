/** What a cell asks for that the running server does not have. */
import { readFileSync } from "node:fs";
import { durationSeconds } from "../../server/state/duration-seconds.js";
import type { LabState } from "../../server/state/state-file.js";
import { type Flags, optionOf } from "./start-options.js";

/** Version of the package this notebook loaded: a server of another version speaks another language. */
export const ownVersion: string = (
  JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { version: string }
).version;

/** Flags that need no restart: the name found the server, a model is loaded into the running one, its port is found. */
const soft = new Set(["name", "model", "port-search"]);

/**
 * "slots 4 → 8" and the like, another version first; empty when the server will do. Options that were not given change
 * nothing.
 */
export function changedSettings(running: LabState, flags: Flags, apiKey: string | undefined): string[] {
  const version = running.version === ownVersion ? [] : [`version ${running.version} → ${ownVersion}`];
  const changes = Object.entries(flags)
    .filter(([flag, value]) => !soft.has(flag) && !has(running, flag, value))
    .map(([flag, value]) => `${optionOf(flag)} ${shown(settingOf(running, flag))} → ${value}`);
  // never the keys themselves
  const key = apiKey !== undefined && apiKey !== running.apiKey ? ["another apiKey"] : [];
  return [...version, ...changes, ...key];
}

/** As it was written, or as the server understood it: "2m" and 120 are the same linger. */
function has(running: LabState, flag: string, value: string): boolean {
  if (running.flags[flag] === value) return true;
  if (flag === "port") return value === "0" || value === portOf(running.url);
  const setting = settingOf(running, flag);
  if (typeof setting === "number") return Number(value) === setting || durationSeconds(value) === setting;
  if (Array.isArray(setting)) return listOf(value).join() === setting.join().toLowerCase();
  return String(setting) === value;
}

/** The setting that a flag sets; durations have their unit in the name. */
const settingOf = ({ settings }: LabState, flag: string): unknown =>
  settings[optionOf(flag)] ?? settings[`${optionOf(flag)}Seconds`];

/** The port it has, which another program may have made it look for. */
const portOf = (url: string): string => new URL(url).port || (url.startsWith("https:") ? "443" : "80");

const listOf = (value: string): string[] =>
  value
    .split(",")
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== "");

function shown(value: unknown): string {
  return Array.isArray(value) && value.length === 0 ? "none" : String(value ?? "none");
}
