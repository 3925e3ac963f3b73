/** The page of parameters: a table for each API, of what becomes of each of its parameters here. */
import { documentedApis } from "../../src/server/schema/parameters/documented-apis.js";
import type { Parameter } from "../../src/server/schema/parameters/parameter.js";

const place = /(<!-- parameters -->\n)[\s\S]*?(\n<!-- end -->)/;

/** The page with its tables between `<!-- parameters -->` and `<!-- end -->` as the code has them. */
export function withParameters(page: string): string {
  if (!place.test(page)) throw new Error("There is no place for the tables of parameters.");
  const tables = documentedApis.map(({ title, path, parameters }) => {
    const rows = Object.entries(parameters).map(
      ([name, row]) => `| \`${name}\` | ${verdictOf(row)} | ${inCell(wordsOf(row))} |`,
    );
    return [
      `## ${title}`,
      "",
      `Sent to \`POST ${path}\`.`,
      "",
      "| parameter | here | |",
      "| --- | --- | --- |",
      ...rows,
    ].join("\n");
  });
  return page.replace(place, (_, begin: string, end: string) => `${begin}\n${tables.join("\n\n")}\n${end}`);
}

const verdictOf = ({ verdict }: Parameter): string => (verdict === "warned" ? "no effect, and a warning" : verdict);

function wordsOf(row: Parameter): string {
  if (row.verdict === "honoured") return `${row.what}${row.as === undefined ? "" : ` (here \`${row.as}\`)`}`;
  const neutral = (row.unless ?? []).map((value) => `\`${JSON.stringify(value)}\``);
  return `${row.what}${neutral.length === 0 ? "" : `; ${neutral.join(", ")} says nothing`}`;
}

const inCell = (text: string): string => text.replaceAll("|", "\\|");
