/** The files that have a part made from the code, and how each is with that part as it must be. */
import { interfaceFields, optionsInOneSentence } from "./fields-in-words.js";
import { withParameters } from "./parameter-tables.js";
import { withTable } from "./readme-tables.js";

export interface MadeText {
  /** From the project's folder on. */
  readonly path: string;
  /** The file's text with the made part as the code has it. Throws when the place for it is not there. */
  readonly make: (text: string) => string;
}

/** Columns of a comment in a class or an interface: 120 less the indent and the star. */
const commentColumns = 115;

export const madeTexts: readonly MadeText[] = [
  { path: "README.md", make: (text) => withTable("clients", text) },
  { path: "docs/parameters.md", make: withParameters },
  { path: "docs/routes.md", make: (text) => withTable("routes", text) },
  { path: "docs/fields.md", make: (text) => withTable("fields", text) },
  { path: "docs/settings.md", make: (text) => withTable("settings", text) },
  { path: "docs/embeddings.md", make: (text) => withTable("embeddings", text) },
  { path: "docs/errors.md", make: (text) => withTable("errors", text) },
  {
    path: "src/server/wire/generation.ts",
    make: (text) =>
      replaced(text, /(export interface SamplingOptions \{\n)[\s\S]*?(\n\})/, (begin, end) => {
        return `${begin}${interfaceFields()}${end}`;
      }),
  },
  {
    path: "src/notebook/lab/lab.ts",
    make: (text) =>
      replaced(text, /()(?<=\n) {3}\* Options: [\s\S]*?(\n {3}\*\n)/, (_begin, end) => {
        const lines = optionsInOneSentence(commentColumns).map((line) => `   * ${line}`);
        return `${lines.join("\n")}${end}`;
      }),
  },
];

function replaced(text: string, place: RegExp, make: (begin: string, end: string) => string): string {
  if (!place.test(text)) throw new Error(`There is no place for the made text: ${place.source}`);
  return text.replace(place, (_, begin: string, end: string) => make(begin, end));
}
