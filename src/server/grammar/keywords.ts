/** Keywords of JSON schema, from draft 4 to 2020-12, and those that OpenAPI and popular makers of schemas add. */
const words = (...lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split(" "));

/** Which keywords speak of values of one type only. */
const typed = {
  number: words("minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"),
  string: words("minLength maxLength pattern format"),
  array: words("items prefixItems additionalItems minItems maxItems uniqueItems"),
  object: words("properties required additionalProperties propertyNames minProperties maxProperties"),
} as const;

/** The type of which a keyword speaks. */
export const typeOfKeyword: ReadonlyMap<string, keyof typeof typed> = new Map(
  (Object.keys(typed) as (keyof typeof typed)[]).flatMap((type) => typed[type].map((keyword) => [keyword, type])),
);

/** What each says is kept by every text that is written. */
export const understood: ReadonlySet<string> = new Set([
  ...words("type nullable enum const $ref $defs definitions anyOf oneOf allOf"),
  ...typeOfKeyword.keys(),
]);

/** Speak to people and programs, not about what is valid. */
export const descriptive: ReadonlySet<string> = new Set(
  words(
    "$schema $comment $vocabulary title description default example examples deprecated readOnly writeOnly discriminator",
    "externalDocs xml contentEncoding contentMediaType contentSchema markdownDescription enumDescriptions enumNames",
    "propertyOrdering errorMessage",
  ),
);

const byCases = "use anyOf with one branch for each case";
/** What to do without a keyword that cannot be guaranteed, where there is a way. */
export const advice: ReadonlyMap<string, string> = new Map([
  ...words("if then else dependentRequired dependentSchemas dependencies").map((word) => [word, byCases] as const),
  ["not", "list what is allowed instead"],
  ["patternProperties", "list the properties, or use additionalProperties with propertyNames"],
  ["$dynamicRef", "use $ref"],
  ["$id", "only the whole schema may have one"],
]);
