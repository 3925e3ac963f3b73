/** One cell while it runs in a kernel, and what it put out. */

/** An output with HTML or Markdown in it: what it said first, and after every update. */
export interface ShownHtml {
  readonly id: string | undefined;
  /** All its states, oldest first. */
  readonly states: string[];
}

/** What a cell put out until now. */
export interface CellOutput {
  /** "ok", "error", or "aborted" when a cell before it failed. Undefined while it runs. */
  readonly status: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The value it ended with, as text; empty when it showed none. */
  readonly value: string;
  /** Displays, and the value when it has HTML or Markdown. */
  readonly shown: readonly ShownHtml[];
  /** What it failed with, where the kernel says that as an error. */
  readonly error: CellError | undefined;
}

/** As it stands in an `error` message. */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export class CellRun implements CellOutput {
  status: string | undefined;
  stdout = "";
  stderr = "";
  value = "";
  readonly shown: ShownHtml[] = [];
  error: CellError | undefined;
  /** Everything the kernel said of it, oldest first: the type and the content. */
  readonly messages: (readonly [type: string, content: Readonly<Record<string, unknown>>])[] = [];
  /** Resolves when it has ended and everything it put out until then is here. */
  readonly ended: Promise<CellOutput>;
  #isIdle = false;
  #resolveEnded!: (output: CellOutput) => void;
  #waiting: { test: () => boolean; resolve: () => void }[] = [];

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** Resolves once the test holds for what came until then. */
  until(test: (cell: CellOutput) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ test: () => test(this), resolve });
      this.#look();
    });
  }

  take(type: string, content: Record<string, unknown>): void {
    if (type === "stream") this[content.name as "stdout" | "stderr"] += content.text as string;
    this.messages.push([type, content]);
    if (type === "execute_result") this.#takeValue(content);
    if (type === "display_data") this.shown.push({ id: idOf(content), states: [htmlOf(content)] });
    if (type === "error") this.error = content as unknown as CellError;
    if (type === "execute_reply") this.status = content.status as string;
    if (type === "status" && content.execution_state === "idle") this.#isIdle = true;
    this.#look();
    if (this.status !== undefined && this.#isIdle) this.#resolveEnded(this);
  }

  #takeValue(content: Record<string, unknown>): void {
    this.value = String((content.data as Record<string, unknown>)["text/plain"] ?? "");
    if (htmlOf(content) !== "") this.shown.push({ id: undefined, states: [htmlOf(content)] });
  }

  /** Takes the new state of a display, if it is one of this cell's. */
  update(content: Record<string, unknown>): void {
    this.shown.find(({ id }) => id === idOf(content))?.states.push(htmlOf(content));
    this.#look();
  }

  #look(): void {
    const ready = this.#waiting.filter(({ test }) => test());
    this.#waiting = this.#waiting.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }
}

const idOf = (content: Record<string, unknown>): string | undefined =>
  (content.transient as { display_id?: string } | undefined)?.display_id;

const htmlOf = (content: Record<string, unknown>): string => {
  const data = content.data as Record<string, unknown>;
  return String(data["text/html"] ?? data["text/markdown"] ?? "");
};
