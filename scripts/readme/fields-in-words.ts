/** The options of a generation in words: for the README, and for the interface and the comment that a cell shows. */
import type { GenerationField } from "../../src/server/engine/field-kinds.js";
import { generationFields } from "../../src/server/engine/fields.js";

const fields: readonly GenerationField[] = Object.values(generationFields);

/** "1 to 1048576", or what stands for a range. */
function rangeOf(field: GenerationField): string {
  if (field.kind === "flag") return "true or false";
  if (field.kind === "choice") return field.choices.map((choice) => `"${choice}"`).join(" or ");
  if (field.kind === "texts") {
    return `one string or up to ${field.mostTexts}, ${field.least} to ${field.most} characters each`;
  }
  if (field.kind === "values" || field.kind === "schema") return `an object of up to ${field.mostBytes} bytes`;
  if (field.kind === "biases") {
    return `an object of up to ${field.mostEntries} numbers by token id, ${field.least} to ${field.most} each`;
  }
  const range = field.least === 0 && field.kind === "text" ? `up to ${field.most}` : `${field.least} to ${field.most}`;
  if (field.kind === "text") return `${range} characters`;
  return field.unit === "seconds" ? `${range} seconds` : range;
}

function fallbackOf(field: GenerationField): string {
  if (!("fallback" in field)) return "none";
  if (field.kind === "limit") return field.absent;
  return field.fallback === "random" ? "random, said in the reply" : String(field.fallback);
}

function typeOf(field: GenerationField): string {
  if (field.kind === "choice") return field.choices.map((choice) => `"${choice}"`).join(" | ");
  const types = { number: "number", whole: "number", limit: "number", text: "string", flag: "boolean" } as const;
  if (field.kind === "texts") return "string | string[]";
  if (field.kind === "biases") return "LogitBias";
  if (field.kind === "schema") return "JsonSchema";
  return field.kind === "values" ? "TemplateValues" : types[field.kind];
}

/** Rows of the README's table. */
export const fieldRows = (): string[][] =>
  fields.map((field) => [
    `\`${field.wire}\``,
    fallbackOf(field),
    rangeOf(field),
    `${field.what}${field.note === undefined ? "" : `; ${field.note}`}.`,
  ]);

/** The fields of an interface, each with a comment that says all there is to know. */
export function interfaceFields(): string {
  return fields
    .flatMap((field) => {
      const range =
        field.kind === "whole" || field.kind === "limit" ? `whole number ${rangeOf(field)}` : rangeOf(field);
      const what = field.kind === "flag" ? field.what : `${field.what}: ${range}`;
      const words = `${what}${field.note === undefined ? "" : `; ${field.note}`}.`;
      return [`  /** ${words} Default: ${fallbackOf(field)}. */`, `  ${field.wire}?: ${typeOf(field)} | null;`];
    })
    .join("\n");
}

/** Names, ranges and defaults in one sentence, broken to lines of a comment. */
export function optionsInOneSentence(width: number): string[] {
  const words = fields.map((field) => {
    const range =
      field.kind === "number" || field.kind === "whole" || field.kind === "limit"
        ? `${field.least} to ${field.most}, `
        : "";
    return `\`${field.wire}\` (${range}default ${fallbackOf(field)})`;
  });
  return wrapped(
    `Options: ${words.join(", ")}; \`n\` (1 to 8, default 1), \`background\`, \`waitSeconds\`, \`resumeSeconds\`, \`signal\`.`,
    width,
  );
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
