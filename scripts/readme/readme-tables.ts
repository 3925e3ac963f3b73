/** The tables of the docs that the code knows better: settings, errors and the options of a generation. */
import { cellDefaults, elsewhereInCells, startOptionNames } from "../../src/notebook/start/start-options.js";
import { errorCodes } from "../../src/server/errors.js";
import { statusOfCode } from "../../src/server/http/errors.js";
import { routes } from "../../src/server/http/routes.js";
import { embeddingCards } from "../../src/server/prompts/embedding-cards.js";
import { settingSpecs } from "../../src/server/settings/server-settings.js";
import { type ClientName, clientMatrix, type Feature, features } from "../../test/clients/client-matrix.js";
import { fieldRows } from "./fields-in-words.js";

type Row = readonly string[];

const table = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** What a setting is called in a cell: an option of `startLab`, something else, or nothing. */
function inCell(setting: string): string {
  // durations have their unit in the name, options have it in the value
  const name = setting.replace(/Seconds$/, "");
  if (startOptionNames.includes(name)) return `\`${name}\``;
  const other = elsewhereInCells[name];
  return other === undefined ? "none" : `\`${other}\``;
}

const settingsTable = (): string =>
  table(
    ["flag", "variable", "in a cell", "default", "what it is"],
    Object.entries(settingSpecs).map(([name, { flag, variable, defaultText, description }]) => [
      flag === undefined ? "none" : `\`--${flag}\``,
      `\`${variable}\``,
      inCell(name),
      cellDefaults[name] === undefined ? defaultText : `${defaultText}; in a cell ${cellDefaults[name]}`,
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
    [
      ...fieldRows(),
      ["`stream`", "false", "true or false", "Sends the answer in pieces; on `/generate` and `/chat`."],
      [
        "`n`",
        "1",
        "1 to 8",
        "Answers to make, with the seeds `seed`, `seed` + 1 …; on `/generate` and `/chat`, whole.",
      ],
    ],
  );

/** Names of parameters stand in braces. */
const routesTable = (): string =>
  table(
    ["route", "a key needs", "what it does"],
    routes.map(({ method, path, scope, summary }) => [
      `\`${method} ${path.replace(/[:*](\w+)/g, "{$1}")}\``,
      scope === "public" ? "nothing" : `\`${scope}\``,
      summary,
    ]),
  );

/** A mark is a test of that client and feature. */
function clientsTable(): string {
  const clients = Object.entries(clientMatrix) as [ClientName, { version: string; does: readonly Feature[] }][];
  return table(
    ["", ...clients.map(([name, { version }]) => `${name} ${version}`)],
    (Object.keys(features) as Feature[]).map((feature) => [
      features[feature],
      ...clients.map(([, { does }]) => (does.includes(feature) ? "✓" : "")),
    ]),
  );
}

/** What models for embeddings are known by and what their cards ask for. */
const embeddingsTable = (): string =>
  table(
    ["model", "prefix by `input_type`", "shorter vectors"],
    embeddingCards.map(({ title, prefixes = {}, shorter = [] }) => [
      title,
      Object.entries(prefixes)
        .map(
          ([type, prefix]) =>
            `${type}: ${prefix === "" ? "none" : `\`${prefix.replace("\n", "\\n").replaceAll("|", "\\|")}\``}`,
        )
        .join("<br>"),
      "least" in shorter ? `any from ${shorter.least} on` : shorter.join(", ") || "none",
    ]),
  );

const tables = {
  clients: clientsTable,
  embeddings: embeddingsTable,
  routes: routesTable,
  settings: settingsTable,
  errors: errorsTable,
  fields: fieldsTable,
};

/** The page with its table between `<!-- table: NAME -->` and `<!-- end -->` as the code has it. Throws where it has none. */
export function withTable(name: keyof typeof tables, page: string): string {
  const place = new RegExp(`(<!-- table: ${name} -->\\n)[\\s\\S]*?(\\n<!-- end -->)`);
  if (!place.test(page)) throw new Error(`There is no place for the table "${name}".`);
  return page.replace(place, (_, begin: string, end: string) => `${begin}${tables[name]()}${end}`);
}
