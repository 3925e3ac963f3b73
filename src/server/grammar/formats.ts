/**
 * Formats of strings as patterns.
 *
 * Each is no wider than its document and than ajv-formats takes it, and where a format has rare forms, narrower: leap
 * seconds, quoted names in addresses.
 */
const day = "(?:0[1-9]|1\\d|2[0-8])";
const commonYear = `\\d{4}-(?:(?:0[1-9]|1[0-2])-${day}|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)`;
/** Years that 4 divides and 100 does not, or that 400 divides. */
const leapDay = "(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29";
/** RFC 3339, 5.6; without the year 0, which Python does not know, and with microseconds at most. */
const date = `(?!0000)(?:${commonYear}|${leapDay})`;
const time = "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)";
const label = "[A-Za-z0-9](?:-?[A-Za-z0-9])*";
/** A name of RFC 1123 has 253 characters at most, a part of it 63. */
const shortLabel = "[A-Za-z0-9](?:-?[A-Za-z0-9]){0,22}";
const byte = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const name = "[A-Za-z0-9_+-]+(?:\\.[A-Za-z0-9_+-]+)*";
/** Of RFC 3986 those with a name for a host; without user and fragment. */
const uri = `[a-z][a-z0-9+-]*://(?:[A-Za-z0-9-]+\\.)*[A-Za-z0-9-]+(?::\\d{1,4})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@/?-]*)?`;

/** RFC 9562; RFC 4122 before it. */
const uuid = (version: string): string =>
  `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-${version}[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}`;

export const formats: Readonly<Record<string, string>> = {
  date,
  time,
  "date-time": `${date}T${time}`,
  uuid: uuid("[1-8]"),
  /** pydantic's, by version. */
  ...Object.fromEntries(["1", "3", "4", "5", "7"].map((version) => [`uuid${version}`, uuid(version)])),
  /** Of RFC 5321 the addresses that forms on web pages take. */
  email: `${name}@(?:${label}\\.)+[A-Za-z]{2,}`,
  hostname: `(?:${shortLabel}\\.){0,3}${shortLabel}`,
  byte: "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
  ipv4: `${byte}(?:\\.${byte}){3}`,
  ipv6: "(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}",
  uri,
  "uri-reference": uri,
  /** ISO 8601 in the grammar of RFC 3339, appendix A. */
  duration:
    "P(?:\\d{1,4}W|\\d{1,4}D|(?:\\d{1,4}D)?T(?:\\d{1,4}H(?:\\d{1,2}M(?:\\d{1,2}S)?)?|\\d{1,4}M(?:\\d{1,2}S)?|\\d{1,4}S))",
};

/** Say nothing about a text that could be wrong; zod's stand beside patterns that say it. */
export const formatsOfAnyText: ReadonlySet<string> = new Set(
  "password textarea multiline starts_with ends_with includes lowercase uppercase".split(" "),
);

/** OpenAPI's formats of numbers; a number that is written fits into the others. */
export const formatsOfNumbers: Readonly<Record<string, readonly [low: number, high: number] | undefined>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: undefined,
  float: undefined,
  double: undefined,
};
