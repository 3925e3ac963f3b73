/** Writes the README's tables anew: run it after a setting or an error changed. */
import { readFileSync, writeFileSync } from "node:fs";
import { withTables } from "./readme-tables.js";

const path = new URL("../../README.md", import.meta.url);
writeFileSync(path, withTables(readFileSync(path, "utf8")));
