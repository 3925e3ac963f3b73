/** Packages as a cell imports them: Node's own `import()`, from the notebook's folder. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { constants, runInThisContext } from "node:vm";
import { isOfPackage, packageFolder } from "./places.js";

type Importer = (specifier: string) => Promise<object>;

const importers = new Map<string, Importer>();
const ours = createRequire(import.meta.url);

/**
 * Imports a package or a built-in as a file in `folder` would, ESM with top-level await included (tslab issue 72:
 * ERR_REQUIRE_ESM). "locallab" and "tslab" are found from every folder.
 *
 * @throws What Node throws, e.g. ERR_MODULE_NOT_FOUND.
 */
export async function nativeImport(specifier: string, folder: string): Promise<object> {
  // tslab is asked for its displays: it has to be the one that runs here
  if (specifier === "tslab") return asImported({ default: ours("tslab") as object });
  const from = isOfPackage(specifier, "locallab") && !resolves(specifier, folder) ? packageFolder() : folder;
  return asImported(await importer(from)(specifier));
}

function resolves(specifier: string, folder: string): boolean {
  try {
    createRequire(join(folder, "cell.js")).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

function importer(folder: string): Importer {
  const known = importers.get(folder);
  if (known !== undefined) return known;
  const load = runInThisContext("(specifier) => import(specifier)", {
    filename: join(folder, "cell.js"),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Importer;
  const made: Importer = (specifier) => withoutWarning(() => load(specifier));
  importers.set(folder, made);
  return made;
}

/** Node 20 says at the first import that this loader is experimental; in a cell that would look like the user's fault. */
function withoutWarning<T>(make: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return make();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * What TypeScript's `esModuleInterop` promises for a CommonJS package: `default` is the module, and every property has
 * its name, also those that Node did not find by reading the source. An ES module is given as it is.
 */
export function asImported(module: object): object {
  const { default: whole } = module as { default?: unknown };
  if (whole === null || (typeof whole !== "object" && typeof whole !== "function")) return module;
  const wasCompiled = (whole as { __esModule?: unknown }).__esModule === true;
  const missing = Object.keys(whole).filter((name) => !(name in module));
  if (!wasCompiled && missing.length === 0) return module;
  const given: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const names = new Set([...Object.keys(module), ...Object.keys(whole)]);
  for (const name of names) {
    const owner = name in whole && (wasCompiled || name !== "default") ? whole : module;
    Object.defineProperty(given, name, { enumerable: true, get: () => (owner as Record<string, unknown>)[name] });
  }
  return given;
}
