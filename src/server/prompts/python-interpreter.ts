import { areEqual } from "./are-equal.js";
import { DictValue, Interpreter, ListValue, type Node, type Scope, TextValue, toValue, type Value } from "./jinja.js";
import { NumberKeys } from "./number-keys.js";
import { comparisons, type FilterHelp, filters } from "./python-filters.js";
import { arithmetic } from "./python-operators.js";
import { textMethods } from "./python-text.js";

const argumentsByName = /^(?:Keyword|Spread)/;

/** A value in the place of a part of a program: what was evaluated once is not evaluated again. */
const known = (value: Value): Node => ({ type: "KnownValue", value }) as unknown as Node;
const named = (name: string): Node => ({ type: "Identifier", value: name }) as unknown as Node;
const part = (node: object): Node => node as Node;

const dictionaryMethods: ReadonlySet<string> = new Set(["get", "items", "keys", "values"]);

type Evaluate = (node: Node, scope: Scope) => Value | undefined;

/** Runs templates as Python's Jinja does, also where the package's own interpreter does not. */
export class PythonInterpreter extends Interpreter {
  #hasNumberKeys = false;
  /** What is done otherwise, by the type of the part; undefined from it: as the package does. */
  readonly #own: Readonly<Record<string, Evaluate>> = {
    KnownValue: ({ value }) => value as Value,
    TupleLiteral: ({ value }, scope) => new ListValue((value as Node[]).map((one) => this.evaluate(one, scope))),
    BinaryExpression: (node, scope) => this.#operate(node, scope),
    CallExpression: (node, scope) => this.#callOnText(node, scope),
    ObjectLiteral: (node, scope) => this.#dictionary(node, scope),
    MemberExpression: (node, scope) => this.#entry(node, scope),
    FilterExpression: (node, scope) => this.#filter(node, scope),
    For: (node, scope) => this.#loop(node, scope),
  };

  override evaluate(node: Node | undefined, scope: Scope): Value {
    const value = node === undefined ? undefined : this.#own[node.type]?.(node, scope);
    return value ?? super.evaluate(node as Node, scope);
  }

  #operate(node: Node, scope: Scope): Value | undefined {
    const operator = node.operator.value;
    if (operator === "and" || operator === "or") return undefined;
    const [left, right] = [this.evaluate(node.left, scope), this.evaluate(node.right, scope)];
    if (operator === "==" || operator === "!=") return toValue(areEqual(left, right) === (operator === "=="));
    return (
      arithmetic(operator, left, right) ??
      super.evaluate(part({ ...node, left: known(left), right: known(right) }), scope)
    );
  }

  #callOnText(node: Node, scope: Scope): Value | undefined {
    const { callee, args } = node;
    if (callee.type !== "MemberExpression" || callee.computed) return undefined;
    const method = textMethods.get(String(callee.property.value));
    if (method === undefined || args.some(({ type }) => argumentsByName.test(type))) return undefined;
    const text = this.evaluate(callee.object, scope);
    if (text instanceof TextValue) {
      return method(
        text.value as string,
        args.map((one) => this.evaluate(one, scope)),
      );
    }
    return super.evaluate(part({ ...node, callee: { ...callee, object: known(text) } }), scope);
  }

  /** A dictionary whose keys are numbers; undefined for any other. */
  #dictionary({ value }: Node, scope: Scope): Value | undefined {
    const entries = [...(value as ReadonlyMap<Node, Node>)];
    if (entries.length === 0 || entries.some(([key]) => key.type !== "IntegerLiteral")) return undefined;
    this.#hasNumberKeys = true;
    return new NumberKeys(new Map(entries.map(([key, item]) => [Number(key.value), this.evaluate(item, scope)])));
  }

  /** What a dictionary of numbers has under one, or any dictionary's method; undefined for any other container. */
  #entry(node: Node, scope: Scope): Value | undefined {
    const { object, property, computed } = node;
    if (!computed) return this.#method(node, scope);
    if (property.type === "SliceExpression") return undefined;
    const key = this.evaluate(property, scope);
    // the package's own throws
    if (key.type === "UndefinedValue") return toValue(undefined);
    const container = this.#hasNumberKeys ? this.evaluate(object, scope) : undefined;
    if (container instanceof NumberKeys) return container.at(key.value) ?? toValue(undefined);
    return super.evaluate(
      part({ ...node, property: known(key), ...(container !== undefined && { object: known(container) }) }),
      scope,
    );
  }

  /** A dictionary's method, which comes before a key of that name: schemas have a key `items`. */
  #method(node: Node, scope: Scope): Value | undefined {
    const name = String(node.property.value);
    if (!dictionaryMethods.has(name)) return undefined;
    const container = this.evaluate(node.object, scope);
    const method = container instanceof DictValue ? container.builtins.get(name) : undefined;
    return method ?? super.evaluate(part({ ...node, object: known(container) }), scope);
  }

  #filter(node: Node, scope: Scope): Value | undefined {
    const { filter, operand } = node;
    const isCall = filter.type === "CallExpression";
    const own = filters.get(String((isCall ? filter.callee : filter).value));
    if (own === undefined || (isCall && filter.args.some(({ type }) => argumentsByName.test(type)))) return undefined;
    const value = this.evaluate(operand, scope);
    const given = isCall ? filter.args.map((one) => this.evaluate(one, scope)) : [];
    return own(value, given, this.#help(scope)) ?? super.evaluate(part({ ...node, operand: known(value) }), scope);
  }

  #help(scope: Scope): FilterHelp {
    return {
      apply: (name, value, given) => {
        const method = name === "strip" && value instanceof TextValue ? textMethods.get(name) : undefined;
        if (method !== undefined) return method(value.value as string, given);
        const filter =
          given.length === 0 ? named(name) : { type: "CallExpression", callee: named(name), args: given.map(known) };
        return this.evaluate(part({ type: "FilterExpression", operand: known(value), filter }), scope);
      },
      test: (name, value) => {
        if (comparisons.has(name)) throw new Error(`the test "${name}" wants something to compare with`);
        const test = named(name === "truthy" ? "defined" : name);
        const isSo = this.evaluate(part({ type: "TestExpression", operand: known(value), negate: false, test }), scope);
        return name === "truthy" ? Boolean(value.value) : isSo.value === true;
      },
    };
  }

  /** A loop over the letters of a text; undefined for any other. */
  #loop(node: Node, scope: Scope): Value | undefined {
    if (node.iterable.type === "SelectExpression") return undefined;
    const items = this.evaluate(node.iterable, scope);
    const letters = items instanceof TextValue ? toValue([...(items.value as string)]) : items;
    return super.evaluate(part({ ...node, iterable: known(letters) }), scope);
  }
}
