/** Schemas in the style of answers of well-known services: deep, with words of many scripts, and every keyword that is kept. */
type Schema = Readonly<Record<string, unknown>>;

const text = (maxLength = 30, more: Schema = {}): Schema => ({ type: "string", maxLength, ...more });
const int = (minimum: number, maximum: number): Schema => ({ type: "integer", minimum, maximum });
const num = (minimum: number, maximum: number): Schema => ({ type: "number", minimum, maximum });
const list = (items: unknown, maxItems = 3, minItems = 0): Schema => ({ type: "array", items, minItems, maxItems });
const pick = (...values: readonly unknown[]): Schema => ({ enum: values });
const form = (format: string): Schema => ({ type: "string", format });
const like = (pattern: string): Schema => ({ type: "string", pattern });
const maybe = (schema: unknown): Schema => ({ anyOf: [schema, { type: "null" }] });
const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const flag: Schema = { type: "boolean" };
/** All are required but those whose name ends in a question mark. */
function object(properties: Schema, more: Schema = {}): Schema {
  const names = Object.keys(properties);
  const plain = (name: string): string => name.replace(/\?$/, "");
  return {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [plain(name), properties[name]])),
    required: names.filter((name) => !name.endsWith("?")),
    additionalProperties: false,
    ...more,
  };
}
const money = object({ amount: num(0, 10_000), currency: pick("EUR", "USD", "JPY", "₽") });
const place = object({ lat: num(-90, 90), lon: num(-180, 180), "label?": text() });
const person = object({ name: text(20), "email?": form("email"), "age?": int(0, 120) });
const wrapped = (inner: unknown, depth: number): unknown =>
  depth === 0 ? inner : object({ [`level${depth}`]: wrapped(inner, depth - 1) });

export const answerSchemas: Readonly<Record<string, Schema>> = {
  person: object({ name: text(), age: int(0, 120) }),
  address: object({ street: text(), zip: like("^\\d{5}$"), city: text(20), "state?": text(2) }),
  invoice: object({ id: form("uuid"), date: form("date"), lines: list(object({ sku: like("^[A-Z]{3}-\\d{4}$"), count: int(1, 99), price: money }), 2, 1), total: money }),
  weather: object({ city: text(20), temperature: num(-60, 60), unit: pick("°C", "°F"), conditions: list(pick("sunny", "cloudy", "rain", "snow"), 2) }),
  forecast: object({ days: list(object({ date: form("date"), high: int(-40, 50), low: int(-40, 50) }), 3, 2) }),
  user: object({ id: int(1, 1_000_000), login: like("^[a-z][a-z0-9-]{2,15}$"), admin: flag, plan: maybe(object({ name: pick("free", "pro"), seats: int(1, 50) })) }),
  commit: object({ sha: like("^[0-9a-f]{40}$"), message: text(60), author: person, at: form("date-time") }),
  pull: object({ number: int(1, 99_999), title: text(50), state: pick("open", "closed"), labels: list(object({ name: text(15), color: like("^[0-9a-f]{6}$") }), 2), draft: flag }),
  error: object({ error: object({ code: int(400, 599), message: text(60), details: list(object({ field: text(15), reason: text(30) }), 2) }) }),
  page: object({ items: list(object({ id: int(1, 999), title: text(25) }), 3), next: maybe(form("uri")), total: int(0, 999) }),
  geocode: object({ results: list(object({ name: text(25), position: place }), 2, 1) }),
  route: object({ legs: list(object({ from: place, to: place, minutes: int(1, 600) }), 2, 1) }),
  recipe: object({ title: text(), servings: int(1, 12), ingredients: list(object({ name: text(20), grams: num(0, 5000) }), 3, 1), steps: list(text(50), 3, 1) }),
  book: object({ title: text(), isbn: like("^97[89]-\\d{10}$"), authors: list(text(20), 2, 1), year: int(1450, 2030) }),
  film: object({ title: text(), rating: num(0, 10), genres: list(pick("drama", "comedy", "horror"), 3), "runtime?": int(1, 400) }),
  song: object({ titel: text(), künstler: text(), länge: like("^\\d{1,2}:[0-5]\\d$") }),
  schlüssel: object({ größe: int(1, 9), straße: text(20), "übrig?": flag }),
  ключи: object({ имя: text(15), город: pick("Москва", "Киев", "Минск"), возраст: int(0, 99) }),
  日本: object({ 名前: text(10), 都市: pick("東京", "大阪"), 年齢: int(0, 99) }),
  emoji: object({ mood: pick("😀", "😢", "🤔"), reason: text(40) }),
  quotes: object({ 'say "it"': text(20), "back\\slash": flag, "a/b~c": int(0, 9) }),
  sentiment: object({ label: pick("positive", "negative", "neutral"), score: num(0, 1) }),
  entities: object({ entities: list(object({ text: text(20), type: pick("PERSON", "PLACE", "ORG"), start: int(0, 999) }), 3) }),
  classes: list(object({ label: text(15), probability: num(0, 1) }), 3, 1),
  extraction: object({ found: flag, value: maybe(text()), confidence: pick(0, 0.25, 0.5, 0.75, 1) }),
  calendar: object({ events: list(object({ title: text(25), start: form("date-time"), end: form("date-time"), guests: list(form("email"), 2) }), 2, 1) }),
  alarm: object({ time: form("time"), days: list(pick("mon", "tue", "wed"), 3), label: maybe(text(15)) }),
  network: object({ host: form("hostname"), address: form("ipv4"), ports: list(int(1, 65_535), 3) }),
  shapes: list({ oneOf: [object({ kind: { const: "circle" }, radius: num(0, 100) }), object({ kind: { const: "box" }, width: num(0, 100), height: num(0, 100) })] }, 3, 1),
  payment: { oneOf: [object({ card: like("^\\d{4}$"), expiry: like("^(0[1-9]|1[0-2])/\\d{2}$") }), object({ iban: like("^DE\\d{20}$") })] },
  mixed: list({ anyOf: [int(0, 9), text(10), flag, { type: "null" }] }, 5, 2),
  pair: { type: "array", prefixItems: [text(10), int(0, 9)], items: false, minItems: 2 },
  tree: { $ref: "#/$defs/node", $defs: { node: object({ name: text(8), children: list(ref("node"), 2) }) } },
  chain: { $defs: { link: object({ value: int(0, 9), next: maybe(ref("link")) }) }, $ref: "#/$defs/link" },
  menu: { $defs: { entry: object({ label: text(12), "items?": list(ref("entry"), 2) }) }, ...object({ menu: list(ref("entry"), 2, 1) }) },
  expression: { $defs: { e: { anyOf: [int(0, 99), object({ op: pick("+", "-", "×"), left: ref("e"), right: ref("e") })] } }, ...object({ e: ref("e") }) },
  deep: wrapped(object({ answer: text(20), sure: flag }), 12) as Schema,
  "deep lists": list(list(list(list(int(0, 9), 2, 1), 2, 1), 2, 1), 2, 1),
  settings: object({ theme: pick("light", "dark"), sizes: object({ small: int(8, 12), large: int(14, 30) }), "beta?": flag, "locale?": like("^[a-z]{2}-[A-Z]{2}$") }),
  optional: object({ "a?": flag, "b?": int(0, 9), "c?": text(10), "d?": pick("x", "y"), "e?": list(flag, 2) }),
  map: { type: "object", additionalProperties: int(0, 100), maxProperties: 4 },
  "map of objects": object({ scores: { type: "object", additionalProperties: object({ points: int(0, 9) }), minProperties: 1, maxProperties: 2 } }),
  "named map": { type: "object", propertyNames: { type: "string", pattern: "^[a-z]{2,8}$" }, additionalProperties: flag, minProperties: 1, maxProperties: 3 },
  all: {
    allOf: [
      { type: "object", properties: { id: int(1, 9) }, required: ["id"] },
      { type: "object", properties: { name: text(15) }, required: ["name"] },
    ],
  },
  odds: object({ even: { type: "integer", multipleOf: 2, minimum: 0, maximum: 100 }, five: { type: "integer", multipleOf: 5, minimum: 0, maximum: 500 } }),
  ranges: object({ ph: num(0, 14), share: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }, delta: num(-0.5, 0.5) }),
  free: object({ note: { type: "string", maxLength: 200 }, ok: flag }),
  ticket: object({ subject: text(40), priority: int(1, 5), assignee: maybe(person), tags: list(text(10), 3), due: maybe(form("date")) }),
  product: object({ name: text(), price: money, stock: int(0, 999), attributes: list(object({ key: text(10), value: { anyOf: [text(10), num(0, 999), flag] } }), 2), images: list(form("uri"), 1) }),
  chat: object({ messages: list(object({ role: pick("user", "assistant"), content: text(60), "at?": form("date-time") }), 2, 1), usage: object({ prompt: int(0, 9999), completion: int(0, 9999) }) }),
}; // biome-ignore format: a table
