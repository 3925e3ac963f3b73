/** What cells and libraries in them find in the kernel. */
import { randomUUID } from "node:crypto";
import type { Display, ToChannels } from "../channels/thread-messages.js";
import { currentCell } from "./cell.js";
import type { CellInput } from "./cell-input.js";
import { displayDataOf, isDisplayData, toDisplayData } from "./display-data.js";

interface DisplayOptions {
  readonly displayId?: string;
  readonly update?: boolean;
}

/** How a library that runs in a cell reaches the kernel: \`globalThis[Symbol.for("locallab.kernel")]\`. */
const kernelSymbol = Symbol.for("locallab.kernel");

/** Sends a display on behalf of the cell that asks for it. */
export function showInCell(post: (message: ToChannels) => void, display: Display): void {
  const cell = currentCell();
  if (cell === undefined) return;
  const { data, displayId, isUpdate } = display;
  const id = displayId === undefined ? undefined : String(displayId);
  post({ type: "display", cell: cell.id, display: { data: toDisplayData(data), displayId: id, isUpdate } });
}

export function installCellGlobals(post: (message: ToChannels) => void, input: CellInput): void {
  const show = (data: Readonly<Record<string, unknown>>, displayId: string | undefined, isUpdate: boolean): void =>
    showInCell(post, { data, displayId, isUpdate });
  const ask = (prompt: unknown = "", { password = false }: { password?: boolean } = {}): Promise<string> =>
    input.ask({ text: String(prompt), isPassword: password === true });
  const kernel = {
    /** Gives the display's id, for later updates. */
    display(
      data: Readonly<Record<string, unknown>>,
      { displayId = randomUUID(), update = false }: DisplayOptions = {},
    ) {
      show(data, displayId, update);
      return displayId;
    },
    input: ask,
    /** Another object for every cell that is executed. */
    get cell(): { readonly isRunning: boolean } | undefined {
      return currentCell();
    },
  };
  Object.defineProperty(globalThis, kernelSymbol, { value: Object.freeze(kernel), enumerable: false });
  offer("input", ask);
  offer("display", (value: unknown, { displayId, update = false }: DisplayOptions = {}): void => {
    if (update && displayId === undefined) throw new TypeError("display(…, { update: true }) needs the displayId.");
    const showAs = (data: Readonly<Record<string, unknown>> | undefined): void => {
      if (data !== undefined) show(data, displayId, update);
    };
    const data = isDisplayData(value) ? value : displayDataOf(value);
    // the cell ends when it is shown
    if (data instanceof Promise) currentCell()?.displays.push(data.then(showAs));
    else showAs(data);
  });
}

/** A global that a cell may hide by a name of its own. */
function offer(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, enumerable: false, writable: true, configurable: true });
}
