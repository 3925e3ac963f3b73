/** Looks into the files of a model, once for every version of them. */
import { messageOf } from "../async/message-of.js";
import type { FileKind } from "../wire/models.js";
import { type FileFacts, factsOf } from "./file-facts.js";
import { LongHeader, UnreadableHeader } from "./gguf-bytes.js";
import { type GgufHeader, readGgufHeader } from "./gguf-header.js";
import { type FilePart, judgeFile } from "./judge-file.js";
import type { ModelPart } from "./model-files.js";

export interface Inspection {
  /** Of the first part; undefined where it could not be read. */
  readonly header: GgufHeader | undefined;
  /** What it is; null where that could not be found out. */
  readonly kind: FileKind | null;
  readonly facts: FileFacts | null;
  /** Why it cannot be loaded, as a sentence without paths; null when nothing speaks against it. */
  readonly problem: string | null;
  /** True when the content of the file is the problem: it stays one until the file changes. */
  readonly isBad: boolean;
}

/** Reads a header as `readGgufHeader` does. Where it is urgent, somebody waits for this very file. */
export type ReadHeader = (path: string, sizeBytes: number, isUrgent?: boolean) => Promise<GgufHeader>;

/** Remembers what was found out, by keys that change with the files. Neither rejects. */
export interface Keeper {
  read(): Promise<ReadonlyMap<string, Inspection>>;
  write(known: ReadonlyMap<string, Inspection>): Promise<void>;
}

/** So many models are worth a file: a vocabulary takes 20 to 60 ms. It is written later, with what is read until then. */
const worthKeeping = 32;
const keepAfterMs = 1000;

/** What the system says of a file that cannot be read, by its code. */
const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: "The file is not there any more.",
  EACCES: "The file may not be read by the user this server runs as.",
  EPERM: "The file may not be read by the user this server runs as.",
  EIO: "The disk could not read the file.",
};

export class FileInspector {
  readonly #readHeader: ReadHeader;
  readonly #kept: Keeper | undefined;
  readonly #known = new Map<string, Inspection>();
  readonly #underWay = new Map<string, Promise<Inspection>>();
  #remembered: Promise<void> | undefined;
  /** How many were found out since they were kept. */
  #unkept = 0;
  #keeping: NodeJS.Timeout | undefined;

  /** `kept` remembers for the next server; nobody does without it. */
  constructor(readHeader: ReadHeader = readGgufHeader, kept?: Keeper) {
    this.#readHeader = readHeader;
    this.#kept = kept;
  }

  /** What is known of these parts. `afresh` reads them again, whatever is remembered. */
  async inspect(parts: readonly ModelPart[], { afresh = false } = {}): Promise<Inspection> {
    const key = keyOf(parts);
    this.#remembered ??= this.#remember();
    await this.#remembered;
    const known = afresh ? undefined : (this.#known.get(key) ?? this.#underWay.get(key));
    if (known !== undefined) return known;
    const reading = this.#read(parts, afresh);
    this.#underWay.set(key, reading);
    try {
      const inspection = await reading;
      // what is not about the content may be over the next time
      if (inspection.problem === null || inspection.isBad) {
        this.#known.set(key, inspection);
        this.#keepSoon();
      }
      return inspection;
    } finally {
      if (this.#underWay.get(key) === reading) this.#underWay.delete(key);
    }
  }

  /** Forgets every file that is not one of these. */
  keepOnly(parts: readonly (readonly ModelPart[])[]): void {
    const keys = new Set(parts.map(keyOf));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
  }

  async #remember(): Promise<void> {
    for (const [key, inspection] of (await this.#kept?.read()) ?? []) this.#known.set(key, inspection);
  }

  /** Keeps what is known where it would take long to find out again, once for all that is read meanwhile. */
  #keepSoon(): void {
    this.#unkept += 1;
    if (this.#kept === undefined || this.#unkept < worthKeeping || this.#keeping !== undefined) return;
    this.#keeping = setTimeout(() => {
      this.#keeping = undefined;
      this.#unkept = 0;
      void this.#kept?.write(this.#known);
    }, keepAfterMs).unref();
  }

  async #read(parts: readonly ModelPart[], isUrgent: boolean): Promise<Inspection> {
    const read: FilePart[] = [];
    const found = (problem: string | null, isBad: boolean): Inspection => {
      const headers = read.map(({ header }) => header);
      const { kind } = judgeFile(read);
      return { header: headers[0], kind: headers.length === 0 ? null : kind, facts: factsOf(headers), problem, isBad };
    };
    try {
      for (const { path, sizeBytes } of parts) {
        read.push({ header: await this.#readHeader(path, sizeBytes, isUrgent), sizeBytes });
      }
    } catch (error) {
      if (error instanceof UnreadableHeader) {
        const which = parts.length === 1 ? "" : `Part ${read.length + 1} of ${parts.length}: `;
        return found(`${which}${error.message}`, true);
      }
      if (error instanceof LongHeader) return found(null, false);
      const code = (error as NodeJS.ErrnoException).code ?? "";
      return found(systemReasons[code] ?? `The file cannot be read (${code === "" ? messageOf(error) : code}).`, false);
    }
    const { problem } = judgeFile(read);
    return found(problem, problem !== null);
  }
}

const keyOf = (parts: readonly ModelPart[]): string =>
  JSON.stringify(parts.map(({ path, version }) => [path, version]));
