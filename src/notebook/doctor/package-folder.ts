/** Where this package lies. */
import { fileURLToPath } from "node:url";

/** Absolute path of the package's folder, without a slash at the end. */
export const packageFolder: string = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
