/** Loads what cells and the user's files import: packages by Node, files from what the compiler made of them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import type { Emitted } from "./emit-module.js";
import { asImported, nativeImport } from "./native-import.js";
import { isFileSpecifier } from "./places.js";
import type { StackMap } from "./stack-map.js";
import type { UserFile } from "./user-files.js";

interface LoadedFile {
  readonly signature: string;
  /** Filled while the file runs, so files that import each other see what is there already. */
  readonly exports: object;
  readonly ended: Promise<unknown>;
}

/** What emitted code is called with. */
type Outer = (host: object, scope: object, modules: readonly object[], require: NodeJS.Require) => () => unknown;

/** Who imports: the folder, the files its imports lead to, and the files that wait for it. */
interface Importing {
  readonly folder: string;
  readonly links: ReadonlyMap<string, string>;
  readonly waiting?: readonly string[];
}

export class ModuleLoader {
  readonly files = new Map<string, UserFile>();
  readonly #loaded = new Map<string, LoadedFile>();
  readonly #stacks: StackMap;
  readonly #compileImport: (path: string) => string | undefined;

  /** `compileImport` prepares a file that only a running cell has named: it stands in `files` afterwards, if it can. */
  constructor(stacks: StackMap, compileImport: (path: string) => string | undefined) {
    this.#stacks = stacks;
    this.#compileImport = compileImport;
  }

  /** All modules of emitted code, one after the other as they stand there. */
  async loadAll(specifiers: readonly string[], from: Importing): Promise<object[]> {
    const modules: object[] = [];
    for (const specifier of specifiers) modules.push(await this.load(specifier, from));
    return modules;
  }

  /**
   * One module's names. A file that changed since, or imports one that did, runs again.
   *
   * @throws What the module throws while it runs, or Node when it is not there.
   */
  async load(specifier: string, { folder, links, waiting = [] }: Importing): Promise<object> {
    const path = links.get(specifier) ?? this.#named(specifier, folder);
    const file = path === undefined ? undefined : this.files.get(path);
    if (file === undefined) return nativeImport(specifier, folder);
    if (file.emitted === undefined) return this.#read(file);
    const known = this.#loaded.get(file.path);
    const loaded = known?.signature === file.signature ? known : this.#start(file, file.emitted, waiting);
    // files that import each other would wait for ever
    if (!waiting.includes(file.path)) await loaded.ended;
    return loaded.exports;
  }

  /** Compiles emitted code so that its stacks can be told in the user's places. */
  compile(fileName: string, { code, prefixLength, map }: Emitted): Outer {
    this.#stacks.add(fileName, { map, prefixLength });
    try {
      return runInThisContext(code, { filename: fileName, columnOffset: -prefixLength }) as Outer;
    } catch (error) {
      throw this.#stacks.asUsers(error, fileName);
    }
  }

  /** The file of `import(name)`, of which the compiler knew only that it is a text. */
  #named(specifier: string, folder: string): string | undefined {
    if (!isFileSpecifier(specifier)) return undefined;
    return this.#compileImport(specifier.startsWith("file:") ? fileURLToPath(specifier) : resolve(folder, specifier));
  }

  #start(file: UserFile, emitted: Emitted, waiting: readonly string[]): LoadedFile {
    const exports = Object.create(null, { [Symbol.toStringTag]: { value: "Module" } }) as object;
    const from = { folder: dirname(file.path), links: file.links, waiting: [...waiting, file.path] };
    const run = async (): Promise<void> => {
      const modules: object[] = [];
      const host = {
        import: (specifier: unknown) => this.load(String(specifier), from),
        meta: importMeta(file.path),
        exports: (getters: Record<string, () => unknown>, stars: readonly number[]) => {
          for (const [name, get] of Object.entries(getters)) define(exports, name, get);
          handOn = stars;
        },
      };
      let handOn: readonly number[] = [];
      const body = this.compile(file.path, emitted)(host, {}, modules, createRequire(file.path));
      modules.push(...(await this.loadAll(emitted.imports, from)));
      const ended = body();
      for (const number of handOn) handOnNames(exports, modules[number] ?? {});
      await ended;
    };
    const loaded = { signature: file.signature, exports, ended: Promise.resolve().then(run) };
    // it is known before it starts: files that import each other meet themselves
    this.#loaded.set(file.path, loaded);
    // a file that failed is tried again; who waits for it hears of it
    loaded.ended.catch(() => this.#loaded.get(file.path) === loaded && this.#loaded.delete(file.path));
    return loaded;
  }

  #read({ path, signature }: UserFile): object {
    const known = this.#loaded.get(path);
    if (known?.signature === signature) return known.exports;
    const exports = asImported({ default: path.endsWith(".json") ? readJson(path) : requireAnew(path, signature) });
    this.#loaded.set(path, { signature, exports, ended: Promise.resolve() });
    return exports;
  }
}

/** What `import.meta` gives in a file. */
export const importMeta = (path: string): object => ({
  url: pathToFileURL(path).href,
  filename: path,
  dirname: dirname(path),
});

function define(exports: object, name: string, get: () => unknown): void {
  Object.defineProperty(exports, name, { enumerable: true, configurable: true, get });
}

/** `export * from`: all names but the default, and none that the file has itself. */
function handOnNames(exports: object, module: object): void {
  for (const name of Object.keys(module)) {
    if (name !== "default" && !(name in exports))
      define(exports, name, () => (module as Record<string, unknown>)[name]);
  }
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8")) as unknown;

/** A CommonJS file and the files it is made of (they stand in its signature), read again. */
function requireAnew(path: string, signature: string): unknown {
  const require = createRequire(path);
  for (const line of signature.split("\n")) delete require.cache[line.replace(/ [\d.]+ \d+$/, "")];
  return require(path) as unknown;
}
