/** Runs cells, and keeps their names where later cells find them. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import type { RunningCell } from "./cell-language.js";
import type { Emitted } from "./emit-module.js";
import { importMeta, type ModuleLoader } from "./module-loader.js";
import { isOfPackage, packageFolder } from "./places.js";
import { startFile } from "./stack-map.js";

/** How a name of a running cell is read and set. Reading one that was not reached throws a ReferenceError. */
type Access = readonly [get: () => unknown, set?: (value: unknown) => void];

export interface RunnableCell {
  readonly fileName: string;
  readonly emitted: Emitted;
  readonly links: ReadonlyMap<string, string>;
}

const startKey = Symbol.for("locallab.cell.start");
/** Only what a script runs can be broken by SIGINT, so the cell is started from one. */
const starter = new Script(`(0, globalThis[Symbol.for("locallab.cell.start")])()`, { filename: startFile });

export class CellRunner {
  /** Values by name. Each is the newest cell's own variable: read and set where it lives. */
  readonly scope = Object.create(Object.freeze(Object.create(null))) as Record<string, unknown>;
  readonly require: NodeJS.Require;
  readonly #cwd: string;
  readonly #loader: ModuleLoader;
  readonly #names = new WeakMap<RunnableCell, Record<string, Access>>();
  readonly #newest = new Map<string, { access: Access }>();

  constructor(cwd: string, loader: ModuleLoader) {
    this.#cwd = cwd;
    this.#loader = loader;
    this.require = cellRequire(cwd);
  }

  run(cell: RunnableCell, runInCell: <T>(start: () => T) => T): RunningCell {
    const { emitted, links, fileName } = cell;
    const from = { folder: this.#cwd, links };
    const host = {
      value: undefined as unknown,
      meta: importMeta(join(this.#cwd, `${fileName}.ts`)),
      import: (specifier: unknown) => this.#loader.load(String(specifier), from),
      names: (names: Record<string, Access>) => this.#names.set(cell, names),
    };
    const start = (modules: readonly object[]): unknown => {
      const body = this.#loader.compile(fileName, emitted)(host, this.scope, modules, this.require);
      return runInCell(() => breakable(body));
    };
    const ended = async (): Promise<{ value: unknown }> => {
      // without imports the cell starts in this very call
      await (emitted.imports.length === 0 ? start([]) : this.#loader.loadAll(emitted.imports, from).then(start));
      return { value: host.value };
    };
    return { ended: ended() };
  }

  /** From now on later cells see the names that exist. Gives these. */
  keepNames(cell: RunnableCell): Set<string> {
    const reached = Object.entries(this.#names.get(cell) ?? {}).filter(([, [get]]) => isReached(get));
    for (const [name, access] of reached) this.#keep(name, access);
    return new Set(reached.map(([name]) => name));
  }

  /** A property is made once and led to the newest variable: V8 would make a slow table of an object that is redefined. */
  #keep(name: string, access: Access): void {
    const known = this.#newest.get(name);
    if (known !== undefined) {
      known.access = access;
      return;
    }
    const newest = { access };
    this.#newest.set(name, newest);
    Object.defineProperty(this.scope, name, {
      enumerable: true,
      configurable: true,
      get: () => newest.access[0](),
      set: (value: unknown) => {
        if (newest.access[1] === undefined) throw new TypeError(`${name} is imported: it cannot be set.`);
        newest.access[1](value);
      },
    });
  }
}

function breakable(body: () => unknown): unknown {
  const holder = globalThis as { [startKey]?: () => unknown };
  holder[startKey] = body;
  try {
    return starter.runInThisContext({ breakOnSigint: true, displayErrors: false });
  } finally {
    delete holder[startKey];
  }
}

function isReached(get: () => unknown): boolean {
  try {
    get();
    return true;
  } catch {
    return false;
  }
}

/** `require` from the notebook's folder, with LocalLab's own name known everywhere. */
function cellRequire(cwd: string): NodeJS.Require {
  const require = createRequire(join(cwd, "cell.js"));
  const ours = createRequire(join(packageFolder(), "package.json"));
  return new Proxy(require, {
    apply: (target, self, [id]: [string]) => {
      if (id === "tslab") return ours("tslab") as unknown;
      if (!isOfPackage(id, "locallab")) return Reflect.apply(target, self, [id]) as unknown;
      try {
        return target(id) as unknown;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
        return ours(id) as unknown;
      }
    },
  });
}
