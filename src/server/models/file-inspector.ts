/** Looks into the files of a model, once for every version of them. */
import { messageOf } from "../async/message-of.js";
import { LongHeader, UnreadableHeader } from "./gguf-bytes.js";
import { type GgufHeader, readGgufHeader } from "./gguf-header.js";
import { type FilePart, judgeFile } from "./judge-file.js";
import type { ModelPart } from "./model-files.js";

export interface Inspection {
  /** Of the first part; undefined where it could not be read. */
  readonly header: GgufHeader | undefined;
  /** Why it cannot be loaded, as a sentence without paths; null when nothing speaks against it. */
  readonly problem: string | null;
  /** True when the content of the file is the problem: it stays one until the file changes. */
  readonly isBad: boolean;
}

const fine = (header: GgufHeader | undefined): Inspection => ({ header, problem: null, isBad: false });

/** What the system says of a file that cannot be read, by its code. */
const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: "The file is not there any more.",
  EACCES: "The file may not be read by the user this server runs as.",
  EPERM: "The file may not be read by the user this server runs as.",
  EIO: "The disk could not read the file.",
};

export class FileInspector {
  readonly #known = new Map<string, Inspection>();

  /** What is known of these parts. `afresh` reads them again, whatever is remembered. */
  async inspect(parts: readonly ModelPart[], { afresh = false } = {}): Promise<Inspection> {
    const key = JSON.stringify(parts.map(({ path, version }) => [path, version]));
    const known = this.#known.get(key);
    if (known !== undefined && !afresh) return known;
    const inspection = await this.#read(parts);
    // what is not about the content may be over the next time
    if (inspection.problem === null || inspection.isBad) this.#known.set(key, inspection);
    return inspection;
  }

  /** Forgets every file that is not one of these. */
  keepOnly(parts: readonly (readonly ModelPart[])[]): void {
    const keys = new Set(parts.map((one) => JSON.stringify(one.map(({ path, version }) => [path, version]))));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
  }

  async #read(parts: readonly ModelPart[]): Promise<Inspection> {
    const read: FilePart[] = [];
    try {
      for (const { path, sizeBytes } of parts) read.push({ header: await readGgufHeader(path, sizeBytes), sizeBytes });
    } catch (error) {
      const header = read[0]?.header;
      if (error instanceof UnreadableHeader) {
        const which = parts.length === 1 ? "" : `Part ${read.length + 1} of ${parts.length}: `;
        return { header, problem: `${which}${error.message}`, isBad: true };
      }
      if (error instanceof LongHeader) return fine(header);
      const code = (error as NodeJS.ErrnoException).code ?? "";
      const problem = systemReasons[code] ?? `The file cannot be read (${code === "" ? messageOf(error) : code}).`;
      return { header, problem, isBad: false };
    }
    const problem = judgeFile(read);
    return { header: read[0]?.header, problem, isBad: problem !== null };
  }
}
