/**
 * tslab, which the kernel is made of: the one of this checkout, in the one version whose insides are known.
 *
 * Everything is taken by this file's own path, never by the notebook's folder, where another tslab may lie.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** The version whose insides this kernel builds on. */
export const knownTslab = "1.0.22";

const here = createRequire(import.meta.url);

/** One sentence when the installed tslab is not the known one; undefined when all is well. */
export function tslabComplaint(): string | undefined {
  let version: string;
  try {
    ({ version } = here("tslab/package.json") as { version: string });
  } catch {
    return `tslab is not installed beside this kernel. Run npm ci in ${projectFolder()}, then restart the kernel.`;
  }
  if (version === knownTslab) return undefined;
  return `This kernel is made for tslab ${knownTslab}, and ${version} is installed. Run npm ci in ${projectFolder()}, then restart the kernel.`;
}

/** Undefined when tslab is not installed at all. */
export function tslabVersions(): { tslab: string; typescript: string } | undefined {
  try {
    const tslab = here.resolve("tslab/package.json");
    const typescript = createRequire(tslab)("@tslab/typescript-for-tslab/package.json") as { version: string };
    return { tslab: (here(tslab) as { version: string }).version, typescript: typescript.version };
  } catch {
    return undefined;
  }
}

/** Where `display` and `newDisplay()` of `import … from "tslab"` show what they are given. */
export function sendTslabDisplays(
  show: (data: Readonly<Record<string, unknown>>, displayId: string | undefined, isUpdate: boolean) => void,
): void {
  const jupyter = here("tslab/dist/jupyter.js") as { lastWriteDisplayData: unknown };
  jupyter.lastWriteDisplayData = (content: TslabDisplay, isUpdate?: boolean): void =>
    show(content.data, content.transient.display_id, isUpdate === true);
}

interface TslabDisplay {
  readonly data: Readonly<Record<string, unknown>>;
  readonly transient: { readonly display_id?: string };
}

/** The checkout: this file lies in its `dist/notebook/kernel/entry`. */
const projectFolder = (): string => fileURLToPath(new URL("../../../..", import.meta.url));
