import { areEqual } from "./are-equal.js";
import { Interpreter, type Node, type Scope, TextValue, toValue, type Value } from "./jinja.js";
import { NumberKeys } from "./number-keys.js";
import { textMethods } from "./python-text.js";

const argumentsByName = /^(?:Keyword|Spread)/;

/** Runs templates as Python's Jinja does, also where the package's own interpreter does not. */
export class PythonInterpreter extends Interpreter {
  #hasNumberKeys = false;

  override evaluate(node: Node | undefined, scope: Scope): Value {
    const value = node === undefined ? undefined : this.#evaluate(node, scope);
    return value ?? super.evaluate(node as Node, scope);
  }

  /** Undefined for what the package does as Python does. */
  #evaluate(node: Node, scope: Scope): Value | undefined {
    if (node.type === "BinaryExpression") return this.#compare(node, scope);
    if (node.type === "CallExpression") return this.#callOnText(node, scope);
    if (node.type === "ObjectLiteral") return this.#dictionary(node, scope);
    if (node.type === "MemberExpression" && node.computed) return this.#entry(node, scope);
    return undefined;
  }

  #compare({ operator, left, right }: Node, scope: Scope): Value | undefined {
    if (operator.value !== "==" && operator.value !== "!=") return undefined;
    const isEqual = areEqual(this.evaluate(left, scope), this.evaluate(right, scope));
    return toValue(isEqual === (operator.value === "=="));
  }

  #callOnText({ callee, args }: Node, scope: Scope): Value | undefined {
    if (callee.type !== "MemberExpression" || callee.computed) return undefined;
    const method = textMethods.get(String(callee.property.value));
    if (method === undefined || args.some(({ type }) => argumentsByName.test(type))) return undefined;
    const text = this.evaluate(callee.object, scope);
    if (!(text instanceof TextValue)) return undefined;
    return method(
      text.value as string,
      args.map((one) => this.evaluate(one, scope)),
    );
  }

  /** A dictionary whose keys are numbers; undefined for any other. */
  #dictionary({ value }: Node, scope: Scope): Value | undefined {
    const entries = [...(value as ReadonlyMap<Node, Node>)];
    if (entries.length === 0 || entries.some(([key]) => key.type !== "IntegerLiteral")) return undefined;
    this.#hasNumberKeys = true;
    return new NumberKeys(new Map(entries.map(([key, item]) => [Number(key.value), this.evaluate(item, scope)])));
  }

  /** What a dictionary of numbers has under one; undefined for any other container. */
  #entry({ object, property }: Node, scope: Scope): Value | undefined {
    if (!this.#hasNumberKeys || property.type === "SliceExpression") return undefined;
    const container = this.evaluate(object, scope);
    if (!(container instanceof NumberKeys)) return undefined;
    return container.at(this.evaluate(property, scope).value) ?? toValue(undefined);
  }
}
