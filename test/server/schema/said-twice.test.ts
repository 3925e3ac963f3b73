/**
 * What is not made from `engine/fields.ts`: limits and defaults stand in the schema, and in words in the interface that
 * a cell shows. They are the same.
 */
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { z } from "zod";
import { generationFields } from "../../../src/server/engine/fields.js";
import { batchRequest, chatRequest, generateRequest } from "../../../src/server/schema/generation.js";
import { stopRequest } from "../../../src/server/schema/lab.js";
import { loadRequest } from "../../../src/server/schema/models.js";
import { passRequest } from "../../../src/server/schema/passes.js";

type Json = { [key: string]: unknown; anyOf?: Json[]; items?: Json; properties?: Record<string, Json>; $defs?: Json };

const wire = (file: string): string =>
  readFileSync(new URL(`../../../src/server/wire/${file}`, import.meta.url), "utf8");
const source = ["generation", "tools", "models", "passes", "lab"].map((file) => wire(`${file}.ts`)).join("");

/** The doc comment above a field of an interface, and of what it extends. */
function docOf(name: string, field: string): string {
  const [, parents = "", body = ""] =
    new RegExp(`interface ${name}(?: extends ([\\w, ]+))? {([\\s\\S]*?)\\n}`).exec(source) ?? [];
  const own = new RegExp(`/\\*\\* ([^\\n]*) \\*/\\n  ${field}\\??:`).exec(body)?.[1];
  const inherited = parents.split(", ").filter((parent) => parent !== "");
  return own ?? inherited.map((parent) => docOf(parent, field)).find((doc) => doc !== "") ?? "";
}

const limitNames = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
] as const;

/** The ranges a schema enforces, as the comment words them: "1 to 64", or "up to 16" where nothing is the least. */
function rangesOf(schema: Json): string[] {
  const own = limitNames.flatMap(([min, max]) => {
    if (schema[max] === undefined) return [];
    const least = schema[min] ?? 0;
    return least === 0 && max !== "maximum" ? [`up to ${schema[max]}`] : [`${least} to ${schema[max]}`];
  });
  return [
    ...new Set([...own, ...(schema.anyOf ?? []).flatMap(rangesOf), ...(schema.items ? rangesOf(schema.items) : [])]),
  ];
}

const requests: [string, z.ZodType][] = [
  ["GenerateRequest", generateRequest],
  ["ChatRequest", chatRequest],
  ["BatchRequest", batchRequest],
  ["LoadRequest", loadRequest],
  ["PassRequest", passRequest],
  ["StopRequest", stopRequest],
];

/** An id has no range worth words; that of a duration is in seconds, and not one of letters. */
const wordless = new Set(["model_id", "expires_in"]);
/** Their texts are limited like one of their kind elsewhere. */
const lists = new Set(["prompts", "models"]);

function sameInWords(field: string, json: Json, doc: string): void {
  const ranges = wordless.has(field) ? [] : rangesOf(lists.has(field) ? { ...json, items: {}, anyOf: [] } : json);
  for (const range of ranges) expect(doc).to.match(new RegExp(`(?<![\\d.])${range}(?![\\d])`));
  const said = /Default:? ([\w.]+?)[;.,]? /.exec(`${doc} `)?.[1];
  const fallback = json.default;
  if (typeof fallback === "number" || typeof fallback === "boolean") expect(said).to.equal(String(fallback));
  else if (said !== undefined) expect(["none", "random", "the", "no", "every", "auto"]).to.include(said);
}

const made = new Set<string>(Object.values(generationFields).map(({ wire }) => wire));
const byHand = ([field]: readonly [string, unknown]): boolean => field === "model_id" || !made.has(field);

for (const [name, schema] of requests) {
  describe(`${name} in schema and interface`, () => {
    const { $defs } = z.toJSONSchema(schema, { io: "input" }) as { $defs: Record<string, Json> };
    for (const [field, json] of Object.entries($defs[name]?.properties ?? {}).filter(byHand)) {
      it(`${field} says the same twice`, () => {
        const doc = docOf(name, field);
        expect(doc, "doc comment").to.not.equal("");
        sameInWords(field, json, doc);
      });
    }
  });
}
