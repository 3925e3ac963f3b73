/** One after the other through one socket: zeromq refuses a second message while it writes the first. */
import type { Messages, Outgoing } from "../wire/message.js";
import type { Socket } from "../wire/zeromq.js";

export class Sender {
  readonly #socket: Socket;
  readonly #messages: Messages;
  #last: Promise<void> = Promise.resolve();

  constructor(socket: Socket, messages: Messages) {
    this.#socket = socket;
    this.#messages = messages;
  }

  send(message: Outgoing): void {
    const frames = this.#messages.encode(message);
    this.#last = this.#last.then(() => this.#socket.send(frames)).catch(() => this.#drop());
  }

  /** Resolves when all that was sent is with zeromq. */
  sent(): Promise<void> {
    return this.#last;
  }

  /** A socket that was closed, or a front end that has gone: there is nobody left who could be told. */
  #drop(): void {}
}
