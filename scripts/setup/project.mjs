/** Where things are in this project. */
import { fileURLToPath } from "node:url";

/** Absolute path of something in this project. */
export const inProject = (/** @type {string} */ path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const projectFolder = inProject("");
