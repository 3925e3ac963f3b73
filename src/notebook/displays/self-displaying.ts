/**
 * Makes a value show itself: in every form where a cell ends with it, as text where it is printed.
 *
 * Kernels ask a value how it looks by `Symbol.for("Jupyter.display")` (Deno's custom, taken up by this project's kernel);
 * where none does, Node's `inspect.custom` is what is asked. Nothing is added that a loop over its fields or JSON would see.
 */
import { type InspectOptions, inspect } from "node:util";
import { cellMark, displayMode, inKernel, isCellResult, swallowLineEnd } from "../kernel/kernel.js";
import { LiveOutput } from "./live-output.js";
import { bundleOf, type View, type ViewBundle } from "./view.js";

type Inspect = (value: unknown, options?: InspectOptions) => string;

/** What a kernel asks for: forms by MIME type; none at all where the value stands in the cell already. */
type Shown = ViewBundle | Record<string, never>;

const jupyterDisplay = Symbol.for("Jupyter.display");

/** In which cell a value stands already, so that it is not shown there twice. */
const shownIn = new WeakMap<object, unknown>();

/** Says that the value's view stands in this cell's output: ending the cell with it shows nothing more. */
export function markShown<Value extends object>(value: Value): Value {
  shownIn.set(value, cellMark());
  return value;
}

/**
 * The same value, now showing itself as `view` says.
 *
 * `present` puts it into the cell another way than once and for all: a card that keeps itself up to date.
 */
export function selfDisplaying<Value extends object>(
  value: Value,
  view: (value: Value) => View,
  present?: () => void,
): Value {
  return Object.defineProperties(value, {
    [inspect.custom]: {
      enumerable: false,
      configurable: true,
      value: (depth: number | null, options: InspectOptions, inspectValue: Inspect): string => {
        const isInside = depth !== options.depth;
        if (isInside) return inspectValue(Array.isArray(value) ? [...value] : { ...value }, { ...options, depth });
        return printed(value, view, present ?? (() => void LiveOutput.open(view(value))));
      },
    },
    [jupyterDisplay]: {
      enumerable: false,
      configurable: true,
      value: (): Shown => displayed(value, view, present),
    },
  });
}

/** For a kernel that prints what a cell ends with. */
function printed<Value extends object>(value: Value, view: (value: Value) => View, present: () => void): string {
  if (!inKernel() || !isCellResult()) return view(value).text();
  const isShown = shownIn.get(value) === cellMark();
  if (!isShown && displayMode() === "text") return view(value).text();
  if (!isShown) present();
  swallowLineEnd();
  return "";
}

/** For a kernel that asks what to show. */
function displayed<Value extends object>(value: Value, view: (value: Value) => View, present?: () => void): Shown {
  if (inKernel() && shownIn.get(value) === cellMark()) return {};
  if (displayMode() === "text" && inKernel()) return { "text/plain": view(value).text() };
  if (!inKernel() || present === undefined) return bundleOf(view(value));
  present();
  return {};
}
