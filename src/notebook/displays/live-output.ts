/** An output in a cell that changes as often as is good for the notebook, and always ends on the last state. */
import { type KernelDisplay, newDisplay } from "../kernel/kernel.js";
import { bundleOf, type View } from "./view.js";

/** Most updates in a second. */
const updatesPerSecond = 15;

/** Bytes a second one output may send: well under the 1 MB/s at which Jupyter servers cut a cell's output off. */
const bytesPerSecond = 250_000;

export class LiveOutput {
  readonly #display: KernelDisplay;
  #shown = "";
  #next: (() => View) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #freeAt = 0;

  private constructor(display: KernelDisplay) {
    this.#display = display;
  }

  /** A new output of the running cell; undefined where there is none, or text was asked for. */
  static open(first: View): LiveOutput | undefined {
    const display = newDisplay();
    if (!display) return undefined;
    const output = new LiveOutput(display);
    output.#send(first);
    return output;
  }

  /** Shows this soon; what was waiting to be shown is forgotten. */
  update(content: () => View): void {
    this.#next = content;
    if (this.#timer) return;
    const pause = Math.max(0, this.#freeAt - performance.now());
    // a lab's display never keeps a kernel alive
    this.#timer = setTimeout(() => this.#sendNext(), pause).unref();
  }

  /** Shows this now, in place of what was waiting to be shown: a cell that ends takes no output afterwards. */
  end(content: View): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next = undefined;
    this.#send(content);
  }

  #sendNext(): void {
    this.#timer = undefined;
    const content = this.#next;
    this.#next = undefined;
    if (content) this.#send(content());
  }

  #send(view: View): void {
    const bundle = bundleOf(view);
    const source = JSON.stringify(bundle);
    if (source === this.#shown) return;
    this.#shown = source;
    this.#freeAt = performance.now() + Math.max(1000 / updatesPerSecond, (source.length / bytesPerSecond) * 1000);
    try {
      this.#display.show(bundle);
    } catch {
      // the kernel is closing its sockets: no page shows this any more
    }
  }
}
