/** Turns places in emitted code back into the user's, in stacks. */
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

export class StackMap {
  readonly #codes = new Map<string, MappedCode>();
  readonly #maps = new Map<string, SourceMap>();

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

  /** The stack with the user's places, without the kernel's own frames. Lines that are no frames stay as they are. */
  apply(stack: string): string {
    const lines = stack.split("\n").flatMap((line) => {
      if (!/^\s+at /.test(line)) return [line];
      const mapped = this.#frame(line);
      return mapped === undefined ? [] : [mapped];
    });
    return lines.join("\n");
  }

  #frame(line: string): string | undefined {
    const found = /^(\s+at (?:.*\()?)(.+?):(\d+):(\d+)(\)?)$/.exec(line);
    const [, start = "", place = "", row = "", column = "", end = ""] = found ?? [];
    const fileName = place.startsWith("file:") ? fileURLToPath(place) : place;
    if (this.#codes.has(fileName)) {
      const at = this.#place(fileName, Number(row), Number(column));
      // what the kernel wrote around the cell has no place in it
      if (at === undefined) return undefined;
      const head = start.replace(unnamed, "");
      return `${head}${fileName}:${at.line}:${at.column}${head.endsWith("(") ? end : ""}`;
    }
    return fileName.startsWith(ownFolder) || ownFrame.test(line) ? undefined : line;
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
