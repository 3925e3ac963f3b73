/** Turns places in emitted code back into the user's, in every stack of the process. */
import { SourceMap } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

interface MappedCode {
  readonly map: string;
  readonly prefixLength: number;
}

/** Stacks of cells older than this many are shown with the places of the emitted code. A map has about 1 kB. */
const maxMaps = 1000;
/** Where the kernel itself is: `entry/`, and what it runs on. */
const ownFolder = dirname(dirname(fileURLToPath(import.meta.url)));
/** The name of the one line that starts each cell. */
export const startFile = "node:internal/locallab/start";
const ownFrame = /\(?(?:node:vm:|node:internal\/|.*[\\/]node_modules[\\/](?:tslab|zeromq)[\\/])/;

/** The function that a cell becomes has no name of the user's: `at cell 3:1:5`. */
const unnamed = /(?:async )?(?:eval|Object\.<anonymous>|<anonymous>) \($/;

/** Of V8's call sites, what is needed. */
interface CallSite {
  toString(): string;
}

/**
 * Stacks are told in the user's places wherever they are read: `console.error(error)`, a cause, a log. So V8 itself is
 * asked to write them that way.
 */
export class StackMap {
  readonly #codes = new Map<string, MappedCode>();
  readonly #maps = new Map<string, SourceMap>();

  /** Writes the stacks of this process from now on; gives what ends it. */
  install(): () => void {
    const before = Error.prepareStackTrace;
    const prepare = (error: unknown, sites: readonly CallSite[]): string => {
      const frames = sites.map((site) => `    at ${site}`);
      // a stack without a cell is a library's or the kernel's own affair
      const isOfCell = frames.some((frame) => this.#codes.has(placeOf(frame)?.fileName ?? ""));
      const told = isOfCell ? frames.flatMap((frame) => this.#frame(frame) ?? []) : frames;
      return [headOf(error), ...told].join("\n");
    };
    Error.prepareStackTrace = prepare;
    return () => {
      if (Error.prepareStackTrace === prepare) Error.prepareStackTrace = before;
    };
  }

  /** Remembers the code that runs under this name. */
  add(fileName: string, code: MappedCode): void {
    this.#codes.delete(fileName);
    this.#maps.delete(fileName);
    this.#codes.set(fileName, code);
    const oldest = this.#codes.keys().next().value;
    if (this.#codes.size > maxMaps && oldest !== undefined) {
      this.#codes.delete(oldest);
      this.#maps.delete(oldest);
    }
  }

  /** A `SyntaxError` of emitted code as the user's: which TypeScript let pass, and V8 does not. */
  asUsers(error: unknown, fileName: string): unknown {
    if (!(error instanceof SyntaxError)) return error;
    const [, line, mark = ""] = /^.*:(\d+)\n.*\n( *)\^/.exec(error.stack ?? "") ?? [];
    const prefix = line === "1" ? (this.#codes.get(fileName)?.prefixLength ?? 0) : 0;
    const place = this.#place(fileName, Number(line ?? 1), mark.length + 1 - prefix);
    const told = new SyntaxError(error.message);
    told.stack = `SyntaxError: ${error.message}\n    at ${fileName}:${place?.line ?? 1}:${place?.column ?? 1}`;
    return told;
  }

  /** The frame in the user's places; undefined for one of the kernel's own. */
  #frame(frame: string): string | undefined {
    const at = placeOf(frame);
    if (at === undefined || !this.#codes.has(at.fileName)) return isOwnFrame(frame) ? undefined : frame;
    const place = this.#place(at.fileName, at.line, at.column);
    // what the kernel wrote around the cell has no place in it
    if (place === undefined) return undefined;
    const head = at.head.replace(unnamed, "");
    return `${head}${at.fileName}:${place.line}:${place.column}${head.endsWith("(") ? ")" : ""}`;
  }

  #place(fileName: string, line: number, column: number): { line: number; column: number } | undefined {
    const code = this.#codes.get(fileName);
    if (code === undefined) return undefined;
    const map = this.#maps.get(fileName) ?? new SourceMap(JSON.parse(code.map));
    this.#maps.set(fileName, map);
    const entry = map.findEntry(line - 1, column - 1);
    return "originalLine" in entry && entry.originalLine !== undefined
      ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 }
      : undefined;
  }
}

/** Takes the kernel's own frames out of a stack. */
export const withoutOwnFrames = (stack: string): string =>
  stack
    .split("\n")
    .filter((line) => !/^\s+at /.test(line) || !isOwnFrame(line))
    .join("\n");

function isOwnFrame(frame: string): boolean {
  return (placeOf(frame)?.fileName.startsWith(ownFolder) ?? false) || ownFrame.test(frame);
}

/** What a frame says, with `head` all that stands before the file; undefined for one without a place. */
function placeOf(frame: string): { head: string; fileName: string; line: number; column: number } | undefined {
  const [, head, place, line, column] = /^(\s+at (?:async (?!.*\())?(?:.*\()?)(.+?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
  if (head === undefined || place === undefined) return undefined;
  const fileName = place.startsWith("file:") ? fileURLToPath(place) : place;
  return { head, fileName, line: Number(line), column: Number(column) };
}

/** The first line, as V8 writes it. What an error says of itself may throw. */
function headOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
