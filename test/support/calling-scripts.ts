/** Scripts of models that call tools, in the form that their real template shows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { llamaSource } from "../../scripts/models/families/llama-source.js";
import type { Tool } from "../../src/server/engine/request.js";
import { compileSchema } from "../../src/server/grammar/compile-schema.js";
import type { Script } from "./scripted-model.js";

const toolOf = (name: string, parameters: Tool["parameters"]): Tool => ({
  name,
  description: `Does ${name}.`,
  parameters,
  grammar: compileSchema(parameters).grammar,
});

export const weatherTool = toolOf("get_weather", {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer", minimum: 1, maximum: 9 } },
  required: ["city", "days"],
  additionalProperties: false,
});
/** What the grammar makes of it is short, whatever a model would rather say. */
export const switchTool = toolOf("switch", {
  type: "object",
  properties: { to: { enum: ["on", "off"] } },
  required: ["to"],
  additionalProperties: false,
});

/** A template of llama.cpp's source. */
export const realTemplate = (name: string): string =>
  readFileSync(join(llamaSource(), "models", "templates", `${name}.jinja`), "utf8");

/**
 * The text in tokens that are all different: special ones as they are, the rest in pieces of a few characters. Throws where a
 * special one comes twice.
 */
export function tokensOf(text: string, special: readonly string[]): string[] {
  const seen = new Set<string>();
  const quoted = special.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = quoted.length === 0 ? [text] : text.split(new RegExp(`(${quoted.join("|")})`));
  const tokens: string[] = [];
  for (const part of parts.filter((one) => one !== "")) {
    if (special.includes(part)) tokens.push(part);
    else tokens.push(...pieces(part, seen));
  }
  if (new Set(tokens).size !== tokens.length) throw new Error(`A token comes twice: ${JSON.stringify(tokens)}`);
  return tokens;
}

/** Cuts where the piece is new and not a single letter, which is a token of its own already. */
function pieces(text: string, seen: Set<string>): string[] {
  const found: string[] = [];
  let piece = "";
  for (const letter of text) {
    piece += letter;
    if ([...piece].length < 3 || seen.has(piece)) continue;
    seen.add(piece);
    found.push(piece);
    piece = "";
  }
  if (piece !== "") {
    const last = (found.pop() ?? "") + piece;
    found.push(last);
    seen.add(last);
  }
  return found;
}

export interface CallingScript extends Script {
  readonly name: string;
}

/** A model with this template that says this. */
export function callingScript(
  template: string,
  text: string,
  over: { readonly control?: readonly string[]; readonly userDefined?: readonly string[]; readonly end?: string } = {},
): CallingScript {
  const { control = [], userDefined = [] } = over;
  return {
    ...{ name: template, template: realTemplate(template), ...over, control: [...control, "<|a mark|>"] },
    says: tokensOf(text, [...control, ...userDefined]),
  };
}
