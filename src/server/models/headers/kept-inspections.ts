/**
 * What was found out of the files of a models folder, kept for the next server: the headers of a thousand large
 * vocabularies take a minute to read.
 *
 * Best effort: a file that is not there, is damaged or cannot be written costs that time again, and nothing else.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../async/message-of.js";
import type { Log } from "../../log.js";
import type { Inspection } from "../file-inspector.js";
import { writeAtomically } from "../sample/gguf-writer.js";

/** Raised whenever a header is read or judged in another way: what an earlier reader found is forgotten then. */
const readerVersion = 1;
/** A longer file is not read: ten thousand models take less. */
const mostBytes = 64 * 2 ** 20;

type Kept = readonly (readonly [key: string, inspection: Omit<Inspection, "header">, header: unknown])[];

export class KeptInspections {
  readonly #folder: string;
  readonly #path: string;
  readonly #log: Pick<Log, "warn">;

  constructor({ cacheDir, modelsDir }: { cacheDir: string; modelsDir: string }, log: Pick<Log, "warn">) {
    this.#folder = join(cacheDir, "headers");
    const name = createHash("sha256").update(modelsDir).digest("hex").slice(0, 16);
    this.#path = join(this.#folder, `${name}-v${readerVersion}.json`);
    this.#log = log;
  }

  /** By the key of the inspector; empty when nothing was kept. */
  async read(): Promise<Map<string, Inspection>> {
    try {
      if ((await stat(this.#path)).size > mostBytes) return new Map();
      const kept = JSON.parse(await readFile(this.#path, "utf8")) as Kept;
      return new Map(kept.map(([key, inspection, header]) => [key, { ...inspection, header: headerOf(header) }]));
    } catch (error) {
      const isFirst = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!isFirst) this.#log.warn("what is known of the models could not be read", { reason: messageOf(error) });
      return new Map();
    }
  }

  async write(known: ReadonlyMap<string, Inspection>): Promise<void> {
    const kept: Kept = [...known].map(([key, { header, ...inspection }]) => [
      key,
      inspection,
      header === undefined ? null : { ...header, values: [...header.values] },
    ]);
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeAtomically(this.#path, [Buffer.from(JSON.stringify(kept))]);
    } catch (error) {
      this.#log.warn("what is known of the models could not be kept", { reason: messageOf(error) });
    }
  }
}

function headerOf(kept: unknown): Inspection["header"] {
  if (kept === null) return undefined;
  const header = kept as NonNullable<Inspection["header"]>;
  return { ...header, values: new Map(header.values) };
}
