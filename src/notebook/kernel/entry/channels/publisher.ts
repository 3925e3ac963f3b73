/** What every front end sees: Jupyter's iopub channel. */
import type { Header, Messages } from "../wire/message.js";
import type { Socket } from "../wire/zeromq.js";
import { Sender } from "./sender.js";
import { StreamTexts } from "./stream-texts.js";
import type { CellFailure, Display, DisplayData } from "./thread-messages.js";
import { YoungestEntries } from "./youngest-entries.js";

export class Publisher {
  readonly #sender: Sender;
  readonly #cells = new YoungestEntries<Header>();
  /** The cell that runs, or ran last. */
  #latest: string | undefined;
  readonly #texts = new StreamTexts(({ cell, name, text }) => this.#send("stream", cell, { name, text }));

  constructor(socket: Socket, messages: Messages) {
    this.#sender = new Sender(socket, messages);
  }

  /** Makes the request known that a cell's outputs name as their parent. */
  knowCell(header: Header): void {
    this.#cells.set(header.msg_id, header);
  }

  /** From now on this is the cell that runs. */
  begin(header: Header): void {
    this.#latest = header.msg_id;
  }

  /** Sends after everything that was put out before it. */
  status(state: "starting" | "busy" | "idle", parent: Header | undefined): void {
    this.#texts.flush();
    this.#sender.send({ to: ["status"], type: "status", parent, content: { execution_state: state } });
  }

  code(cell: string, code: string, count: number): void {
    this.#publish("execute_input", cell, { code, execution_count: count });
  }

  stream(cell: string, name: "stdout" | "stderr", text: string): void {
    this.#texts.add({ cell, name, text });
  }

  /**
   * An update names the cell that runs now as its parent: front ends find the display by its id, wherever it is, while
   * nbclient hears nothing of cells that have ended.
   */
  display(cell: string, { data, displayId, isUpdate }: Display): void {
    const parent = isUpdate ? (this.#latest ?? cell) : cell;
    const transient = displayId === undefined ? {} : { display_id: displayId };
    this.#publish(isUpdate ? "update_display_data" : "display_data", parent, { data, metadata: {}, transient });
  }

  result(cell: string, count: number, data: DisplayData): void {
    this.#publish("execute_result", cell, { execution_count: count, data, metadata: {} });
  }

  error(cell: string, { name, message, traceback }: CellFailure): void {
    this.#publish("error", cell, { ename: name, evalue: message, traceback });
  }

  /** A front end's widget finds no partner here. */
  closeComm(parent: Header, comm: unknown): void {
    this.#sender.send({ to: ["comm_close"], type: "comm_close", parent, content: { comm_id: comm, data: {} } });
  }

  flush(): void {
    this.#texts.flush();
  }

  sent(): Promise<void> {
    return this.#sender.sent();
  }

  #publish(type: string, cell: string, content: object): void {
    this.#texts.flush();
    this.#send(type, cell, content);
  }

  #send(type: string, cell: string, content: object): void {
    this.#sender.send({ to: [type], type, parent: this.#cells.get(cell), content });
  }
}
