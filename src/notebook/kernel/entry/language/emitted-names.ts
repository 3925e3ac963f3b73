/** The names that emitted code uses for what the kernel hands to it. */
import type TypeScript from "@tslab/typescript-for-tslab";
import type { ImportedName } from "./module-imports.js";
import { ts } from "./typescript.js";

/** Parameters of the function that a cell becomes. */
export class EmittedNames {
  /** What a cell tells the kernel: its names, its last value, its imports at run time. */
  readonly cell: string;
  /** The names of earlier cells. */
  readonly scope: string;
  /** The modules that were loaded for it. */
  readonly modules: string;

  /** Chooses names that `source` does not contain. */
  constructor(source: string) {
    const free = (name: string): string => (source.includes(name) ? free(`${name}$`) : name);
    this.cell = free("$cell");
    this.scope = free("$scope");
    this.modules = free("$modules");
  }

  /** `$scope.name` */
  earlier(name: string): TypeScript.Expression {
    return ts.factory.createPropertyAccessExpression(ts.factory.createIdentifier(this.scope), name);
  }

  /** `$modules[0].name` */
  imported({ module, property }: ImportedName): TypeScript.Expression {
    const loaded = ts.factory.createElementAccessExpression(ts.factory.createIdentifier(this.modules), module);
    return property === undefined ? loaded : ts.factory.createPropertyAccessExpression(loaded, property);
  }

  /** `$cell.name` */
  ofCell(name: string): TypeScript.Expression {
    return ts.factory.createPropertyAccessExpression(ts.factory.createIdentifier(this.cell), name);
  }
}
