/** The tables of the README that the code knows better: settings, errors and the options of a generation. */
import { errorCodes } from "../../src/server/errors.js";
import { statusOfCode } from "../../src/server/http/errors.js";
import { settingSpecs } from "../../src/server/settings/server-settings.js";
import { fieldRows } from "./fields-in-words.js";

type Row = readonly string[];

const table = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

const settingsTable = (): string =>
  table(
    ["flag", "variable", "default", "what it is"],
    Object.values(settingSpecs).map(({ flag, variable, defaultText, description }) => [
      flag === undefined ? "none" : `\`--${flag}\``,
      `\`${variable}\``,
      defaultText,
      description,
    ]),
  );

const errorsTable = (): string =>
  table(
    ["code", "status", "when"],
    (Object.keys(errorCodes) as (keyof typeof errorCodes)[]).map((code) => [
      `\`${code}\``,
      String(statusOfCode[code]),
      errorCodes[code],
    ]),
  );

/** `stream` is no option of a generation: it says how the answer is sent. */
const fieldsTable = (): string =>
  table(
    ["field", "default", "range", "what it does"],
    [...fieldRows(), ["`stream`", "false", "true or false", "Sends the answer in pieces; on `/generate` and `/chat`."]],
  );

/** The tables by the name that stands in their markers. */
const tables: Readonly<Record<string, () => string>> = {
  settings: settingsTable,
  errors: errorsTable,
  fields: fieldsTable,
};

/** The text with every table between `<!-- table: NAME -->` and `<!-- end -->` as the code has it. */
export function withTables(readme: string): string {
  return readme.replace(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(\n<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const make = tables[name];
      if (make === undefined)
        throw new Error(`There is no table "${name}". There are ${Object.keys(tables).join(", ")}.`);
      return `${begin}${make()}${end}`;
    },
  );
}
