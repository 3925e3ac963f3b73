/** Writes anew what is made from the code: run it after a setting, an error or an option of a generation changed. */
import { readFileSync, writeFileSync } from "node:fs";
import { madeTexts } from "./made-texts.js";

for (const { path, make } of madeTexts) {
  const file = new URL(`../../${path}`, import.meta.url);
  writeFileSync(file, make(readFileSync(file, "utf8")));
}
