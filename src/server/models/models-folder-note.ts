/** What the owner should know of the models folder before wondering why a file is not in the list. */
import { readdir, stat } from "node:fs/promises";

/** What the system says of a folder that cannot be read, by its code. */
const systemReasons: Readonly<Record<string, string>> = {
  EACCES: "It may not be read by the user this server runs as.",
  EPERM: "It may not be read by the user this server runs as.",
  EIO: "The disk could not read it.",
};

/** A sentence; null where there is nothing to say. `hasFiles`: models were found in it. */
export async function modelsFolderNote(folder: string, hasFiles: boolean): Promise<string | null> {
  try {
    if (!(await stat(folder)).isDirectory()) {
      return "It is a file, not a folder. Move it away, make the folder, and put .gguf files there.";
    }
    await readdir(folder);
    return hasFiles ? null : "It is empty. Put .gguf files there.";
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "It is not there. Make it, and put .gguf files there.";
    return systemReasons[code] ?? `It cannot be read (${code}).`;
  }
}
