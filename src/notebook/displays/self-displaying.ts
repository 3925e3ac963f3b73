/**
 * Makes a value show itself: as HTML where a cell ends with it, as text where it is printed.
 *
 * Nothing is added that a loop over its fields or JSON would see.
 */
import { type InspectOptions, inspect } from "node:util";
import { cellMark, displayMode, inKernel, isCellResult, newDisplay, swallowLineEnd } from "../kernel/kernel.js";
import type { Html } from "./html.js";

/** How something looks, in both forms. */
export interface View {
  html(): Html;
  /** Plain text without a line end; what a model or server wrote is cleaned in it. */
  text(): string;
}

type Inspect = (value: unknown, options?: InspectOptions) => string;

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
  present: () => void = () => newDisplay()?.html(view(value).html().source),
): Value {
  return Object.defineProperty(value, inspect.custom, {
    enumerable: false,
    value: (depth: number | null, options: InspectOptions, inspectValue: Inspect): string => {
      const isInside = depth !== options.depth;
      if (isInside) return inspectValue({ ...value }, { ...options, depth });
      return show(value, view, present);
    },
  });
}

function show<Value extends object>(value: Value, view: (value: Value) => View, present: () => void): string {
  if (!inKernel() || !isCellResult()) return view(value).text();
  const isShown = shownIn.get(value) === cellMark();
  if (!isShown && displayMode() === "text") return view(value).text();
  if (!isShown) present();
  swallowLineEnd();
  return "";
}
