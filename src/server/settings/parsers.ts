/** How the text of a flag or variable becomes a value; each refuses with the name, the text and what it wants. */
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { messageOf } from "../async/message-of.js";
import { LabError } from "../errors.js";
import { absolutePath } from "../state/absolute-path.js";
import { durationSeconds } from "../state/duration-seconds.js";

const wrong = (name: string, text: string, want: string): LabError =>
  new LabError("invalid_request", `${name} is "${text}". It must be ${want}.`, { param: name });

export const whole =
  (min: number, max: number) =>
  (text: string, name: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw wrong(name, text, `a whole number from ${min} to ${max}`);
    return value;
  };

export const wholeOrAuto =
  (min: number, max: number) =>
  (text: string, name: string): number | "auto" => {
    if (text === "auto") return "auto";
    if (!/^\d+$/.test(text)) throw wrong(name, text, `"auto" or a whole number from ${min} to ${max}`);
    return whole(min, max)(text, name);
  };

const byteUnits: Readonly<Record<string, number>> = {
  "": 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes: a number, or one with a unit (KB, MB, GB, TB, KiB, MiB, GiB, TiB), whatever the case of its letters. */
export const bytesOrAuto =
  (min: number, max: number) =>
  (text: string, name: string): number | "auto" => {
    if (text === "auto") return "auto";
    const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]i?b)?$/i.exec(text) ?? [];
    const bytes = Math.round(Number(number) * (byteUnits[unit.toLowerCase()] ?? Number.NaN));
    if (bytes >= min && bytes <= max) return bytes;
    throw wrong(name, text, `"auto" or an amount such as "6GiB" or "800MB", from ${min} to ${max} bytes`);
  };

export const oneOf =
  <Word extends string>(...words: readonly Word[]) =>
  (text: string, name: string): Word => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw wrong(name, text, `one of ${words.join(", ")}`);
    return word;
  };

export const text =
  (pattern: RegExp, want: string) =>
  (value: string, name: string): string => {
    if (!pattern.test(value)) throw wrong(name, value, want);
    return value;
  };

/** An absolute path; "~" is the home folder. It need not exist. */
export const path = (value: string, name: string): string => {
  if (value === "" || value.includes("\0")) throw wrong(name, value, "a path");
  return absolutePath(value);
};

/** As `path`, of a folder with models that is there and can be read. */
export const existingFolder = (value: string, name: string): string => {
  const folder = path(value, name);
  try {
    if (!statSync(folder).isDirectory())
      throw new Error(`it is a file: name its folder, or the model by --model ${value}`);
    accessSync(folder, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw wrong(name, value, `a folder that can be read (${messageOf(error)})`);
  }
  return folder;
};

/** As `path`, of a file that is there and can be read. */
export const existingFile = (value: string, name: string): string => {
  const file = path(value, name);
  try {
    if (!statSync(file).isFile()) throw new Error("it is no file");
    readFileSync(file);
  } catch (error) {
    throw wrong(name, value, `a file that can be read (${messageOf(error)})`);
  }
  return file;
};

/** A duration in seconds, as `durationSeconds` reads it, within bounds. */
export const parseDuration =
  (minSeconds: number, maxSeconds: number) =>
  (value: string, name: string): number => {
    const seconds = durationSeconds(value);
    if (!(seconds >= minSeconds && seconds <= maxSeconds)) {
      throw wrong(name, value, `a duration such as "90s" or "8h", from ${minSeconds} to ${maxSeconds} seconds`);
    }
    return seconds;
  };

/** "https://app.example" or "http://localhost:3000": scheme, name and port, as a browser's `Origin` header has them. */
export const parseOrigin = (value: string, name: string): string => {
  const isOrigin = /^https?:\/\/[^/?#\s]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;
  if (!isOrigin) throw wrong(name, value, 'an origin such as "https://app.example", in lower case and without a path');
  return value;
};
