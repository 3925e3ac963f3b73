import { seededRandom } from "./seeded-random.js";

type Json = Record<string, unknown>;

const names = ["id", "name", "naïve", "n", "na", 'q"uote', "a/b~c", "ключ", "", "items", "😀"];
const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  "",
  "a",
  "ab",
  "red",
  "réd",
  "😀",
  [1, "x"],
  { id: 1 },
  [],
  {},
];
const patterns = [
  "^[A-Z]{2,4}$", "^a|b$", "\\d+", "^(?:foo|bar)-[0-9]{1,3}$", "^\\S+$", "[^a-c]{2}", "^(?!x)[a-z]*$", "^.{3,}$", "^$",
  "\\w+@\\w+", "^[^\"\\\\]*$", "^(a(b(c)?)?)+$", "^\\u00e9\\x41$", "^[\\w.-]+$",
]; // biome-ignore format: a table
const formats = ["date", "date-time", "time", "uuid", "email", "ipv4", "uri", "hostname", "duration", "ipv6"];
const unsupported: readonly Json[] = [
  { not: { type: "null" } }, { if: true }, { patternProperties: { "^x": true } }, { uniqueItems: true, type: "array" },
  { multipleOf: 0.5, type: "number" }, { contains: {} }, { $ref: "https://example.com/x" }, { colour: 1 }, { type: "any" },
  { pattern: "(?<=a)b" }, { pattern: "(a)\\1" }, { enum: [] }, { minLength: -1 }, { $ref: "#/$defs/none" },
]; // biome-ignore format: a table

/** Schemas of every keyword that is understood, at random and deep, now and then with one that is not. */
export class RandomSchemas {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  next(): unknown {
    const $defs = { one: this.#schema(2), two: this.#schema(2), "a/b": this.#schema(1) };
    const schema = this.#schema(4);
    return typeof schema === "object"
      ? { $schema: "https://json-schema.org/draft/2020-12/schema", ...(schema as Json), $defs }
      : schema;
  }

  #schema(depth: number): unknown {
    if (this.#chance(0.02)) return this.#chance(0.7);
    if (this.#chance(0.01)) return this.#one(unsupported);
    const makers = [
      () => this.#string(),
      () => this.#number(),
      () => this.#one([{ type: "null" }, { type: "boolean" }, {}, { title: "anything", description: "d" }]),
      () => ({ enum: this.#some(values, 1, 6) }),
      () => ({ const: this.#one(values) }),
      () => ({ $ref: this.#one(["#/$defs/one", "#/$defs/two", "#/$defs/a~1b", "#"]) }),
      ...(depth > 0
        ? [() => this.#object(depth), () => this.#object(depth), () => this.#array(depth), () => this.#combined(depth)]
        : []),
    ];
    return this.#one(makers)();
  }

  #string(): Json {
    const schema: Json = { type: this.#chance(0.2) ? ["string", "null"] : "string" };
    if (this.#chance(0.3)) schema.minLength = this.#whole(0, 5);
    if (this.#chance(0.3)) schema.maxLength = this.#whole(3, 40);
    if (this.#chance(0.3)) schema.pattern = this.#one(patterns);
    if (this.#chance(0.2)) schema.format = this.#one(formats);
    return schema;
  }

  #number(): Json {
    const schema: Json = { type: this.#chance(0.5) ? "integer" : "number" };
    const value = (): number =>
      this.#one([0, 1, -1, 0.5, -0.25, 7, 10, 99, 100, 101, 1000, -37, 1e-7, 3.25, 123456.789, 2 ** 53, 1e15]);
    if (this.#chance(0.4)) schema[this.#one(["minimum", "exclusiveMinimum"])] = value();
    if (this.#chance(0.4)) schema[this.#one(["maximum", "exclusiveMaximum"])] = value();
    if (this.#chance(0.1)) schema.multipleOf = this.#whole(1, 30);
    return schema;
  }

  #object(depth: number): Json {
    const own = this.#some(names, 0, 6);
    const schema: Json = {
      type: "object",
      properties: Object.fromEntries(own.map((name) => [name, this.#schema(depth - 1)])),
      required: this.#some(own, 0, own.length),
    };
    if (this.#chance(0.4)) schema.additionalProperties = this.#chance(0.6) ? false : this.#schema(depth - 1);
    if (this.#chance(0.1)) schema.minProperties = this.#whole(0, 2);
    if (this.#chance(0.1)) schema.propertyNames = { type: "string", pattern: this.#one(["^[a-z]+$", "^.{0,5}$", ""]) };
    return schema;
  }

  #array(depth: number): Json {
    const schema: Json = { type: "array" };
    if (this.#chance(0.8)) schema.items = this.#schema(depth - 1);
    if (this.#chance(0.2))
      schema.prefixItems = Array.from({ length: this.#whole(1, 3) }, () => this.#schema(depth - 1));
    if (this.#chance(0.3)) schema.minItems = this.#whole(0, 3);
    if (this.#chance(0.3)) schema.maxItems = this.#whole(2, 20);
    return schema;
  }

  #combined(depth: number): Json {
    const keyword = this.#one(["anyOf", "anyOf", "oneOf", "allOf"]);
    const branches = Array.from({ length: this.#whole(1, 3) }, () => this.#schema(depth - 1));
    const beside = this.#chance(0.3) ? this.#schema(depth - 1) : {};
    return { ...(typeof beside === "object" ? (beside as Json) : {}), [keyword]: branches };
  }

  #whole(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #one<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)]!;
  }

  #some<Item>(items: readonly Item[], least: number, most: number): Item[] {
    const count = this.#whole(least, Math.min(most, items.length));
    return [...items].sort(() => this.#random() - 0.5).slice(0, count);
  }
}
