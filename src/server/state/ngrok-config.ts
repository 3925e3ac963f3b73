/**
 * The authtoken in the configuration of ngrok's own command, for publishing and for the doctor.
 *
 * It stands at the top (versions 1 and 2) or under `agent` (version 3). Source: https://ngrok.com/docs/agent/config.
 */
import { homedir, platform } from "node:os";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";

export interface NgrokPlaces {
  readonly env: { readonly XDG_CONFIG_HOME?: string | undefined };
  /** The user's home. */
  readonly home?: string | undefined;
  readonly os?: NodeJS.Platform | undefined;
}

/** Where ngrok looks, in its order. Source: its docs, "default locations"; the last is where version 2 kept it. */
export function ngrokConfigPaths({ env, home = homedir(), os = platform() }: NgrokPlaces): string[] {
  const folders = [env.XDG_CONFIG_HOME || join(home, ".config")];
  if (os === "darwin") folders.unshift(join(home, "Library", "Application Support"));
  return [...folders.map((folder) => join(folder, "ngrok", "ngrok.yml")), join(home, ".ngrok2", "ngrok.yml")];
}

const mostCharacters = 256 * 1024;
const mostDepth = 200;
/** YAML's words for nothing. */
const nothing: ReadonlySet<unknown> = new Set(["", "~", "null", "Null", "NULL"]);

/**
 * The authtoken in the text of such a file; undefined when it has none.
 *
 * Throws an error that says why the file cannot be understood, without a word of what stands in it.
 */
export function authtokenInNgrokConfig(text: string): string | undefined {
  if (text.length > mostCharacters || isTooDeep(text))
    throw new Error("it is larger or nested deeper than any such file");
  // every scalar stays the text it is: an authtoken of digits is no number
  const document = parseDocument(text, { schema: "failsafe", merge: true, logLevel: "silent" });
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`line ${problem.linePos?.[0].line ?? 1}: ${problem.code.toLowerCase()}`);
  const { contents } = document;
  if (contents === null) return undefined;
  if (!isMap(contents)) throw new Error("it holds something else than settings");
  const file = plain(() => document.toJS({ maxAliasCount: 100 }));
  const found = [entryOf(file, "authtoken"), entryOf(entryOf(file, "agent"), "authtoken")];
  const [first, other] = found.filter((value) => value !== undefined && !nothing.has(value));
  if (first === undefined) return undefined;
  if (typeof first !== "string") throw new Error("the authtoken is not a word");
  if (other !== undefined && other !== first) throw new Error("two different authtokens stand in it");
  return first.trim();
}

/** The message of a reference that leads nowhere holds what stands there. */
function plain(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    throw new Error("a reference in it (*name) leads nowhere, or to far too much");
  }
}

/** The parser descends with the text: some ten thousand brackets end the process. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if (character === "[" || character === "{") depth += 1;
    if (character === "]" || character === "}") depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest > mostDepth || new RegExp(`^(?:[-?:]?[ \\t]+){${mostDepth}}`, "m").test(text);
}

function entryOf(map: unknown, key: string): unknown {
  const isObject = typeof map === "object" && map !== null && Object.hasOwn(map, key);
  return isObject ? (map as Record<string, unknown>)[key] : undefined;
}
