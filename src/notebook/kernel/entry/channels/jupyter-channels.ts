/** Jupyter's side of the kernel: takes requests in their order, answers what it can itself, and hands on the rest. */
import { setTimeout as pause } from "node:timers/promises";
import type { Header, Message, Messages } from "../wire/message.js";
import { aborted, answerReply, executeReply, questionOf, readExecuteRequest } from "../wire/requests.js";
import type { Socket, Sockets } from "../wire/zeromq.js";
import { Publisher } from "./publisher.js";
import { Sender } from "./sender.js";
import type { ExecuteResult, ToCells, ToChannels } from "./thread-messages.js";

/** Cells that arrive so soon after one failed were sent before anyone could know. */
const drainMs = 20;

export interface ChannelsOptions {
  readonly sockets: Sockets;
  readonly messages: Messages;
  readonly kernelInfo: object;
  post(message: ToCells): void;
  /** The running cell is to be stopped. */
  interrupt(): void;
  /** The kernel is to end; its answer is on the way. */
  end(): void;
}

interface Asked {
  readonly request: Message;
  readonly reply: Sender;
}

export class JupyterChannels {
  readonly #options: ChannelsOptions;
  readonly #publisher: Publisher;
  readonly #senders: Readonly<Record<"shell" | "control" | "stdin", Sender>>;
  readonly #asked = new Map<number, Asked>();
  #waiting: Message[] = [];
  #running: Message | undefined;
  #count = 0;
  #asks = 0;
  /** The question to the person that is open. */
  #inputAsk: number | undefined;

  constructor(options: ChannelsOptions) {
    this.#options = options;
    const { sockets, messages } = options;
    this.#publisher = new Publisher(sockets.iopub, messages);
    const sender = (socket: Socket): Sender => new Sender(socket, messages);
    this.#senders = {
      shell: sender(sockets.shell),
      control: sender(sockets.control),
      stdin: sender(sockets.stdin),
    };
  }

  /** Listens until the sockets are closed. */
  async listen(): Promise<void> {
    const { sockets, messages } = this.#options;
    this.#publisher.status("starting", undefined);
    const each = async (socket: Socket, take: (message: Message) => void): Promise<void> => {
      for await (const frames of socket) {
        const message = messages.decode(frames);
        if (message !== undefined) take(message);
      }
    };
    const echo = async (): Promise<void> => {
      for await (const frames of sockets.heartbeat) await sockets.heartbeat.send(frames);
    };
    await Promise.all([
      echo(),
      each(sockets.shell, (message) => this.#takeRequest(message, this.#senders.shell)),
      each(sockets.control, (message) => this.#takeRequest(message, this.#senders.control)),
      each(sockets.stdin, (message) => this.#takeInput(message)),
    ]);
  }

  get runningCell(): string | undefined {
    return this.#running?.header.msg_id;
  }

  /** What the cells' thread puts out and answers. */
  take(message: Exclude<ToChannels, { type: "close" | "listening" | "interruptSeen" }>): void {
    const publisher = this.#publisher;
    if (message.type === "stream") publisher.stream(message.cell, message.name, message.text);
    else if (message.type === "display") publisher.display(message.cell, message.display);
    else if (message.type === "result") publisher.result(message.cell, message.count, message.data);
    else if (message.type === "error") publisher.error(message.cell, message.failure);
    else if (message.type === "executed") void this.#executed(message.result);
    else if (message.type === "askInput") this.#askInput(message);
    else this.#answered(message);
  }

  /** Sends what waits and lets go of the sockets. */
  async close(): Promise<void> {
    this.#publisher.flush();
    await Promise.all([...Object.values(this.#senders), this.#publisher].map((one) => one.sent()));
    for (const socket of Object.values(this.#options.sockets)) (socket as Socket).close();
  }

  #takeRequest(request: Message, reply: Sender): void {
    const { type, answer } = this.#answerHere(request);
    if (answer !== undefined) {
      this.#busyWhile(request.header, () => this.#reply(reply, request, type, answer));
      this.#after(request);
    } else if (request.header.msg_type === "execute_request") this.#enqueue(request);
    else this.#hand(request, reply);
  }

  /** The answer of what needs no cell; undefined for the rest. */
  #answerHere({ header, content }: Message): { type: string; answer?: object | undefined } {
    const type = header.msg_type.replace(/_request$/, "_reply");
    const answers: Readonly<Record<string, object>> = {
      __proto__: null as never,
      kernel_info_request: this.#options.kernelInfo,
      comm_info_request: { status: "ok", comms: {} },
      history_request: { status: "ok", history: [] },
      interrupt_request: { status: "ok" },
      shutdown_request: { status: "ok", restart: content.restart === true },
    };
    return { type, answer: answers[header.msg_type] };
  }

  #after({ header: { msg_type: type } }: Message): void {
    if (type === "interrupt_request") this.#options.interrupt();
    if (type === "shutdown_request") this.#options.end();
  }

  /** What only the cells' thread can answer; what nobody knows is left alone. */
  #hand(request: Message, reply: Sender): void {
    const question = questionOf(request);
    if (request.header.msg_type === "comm_open")
      this.#busyWhile(request.header, () => this.#publisher.closeComm(request.header, request.content.comm_id));
    if (question === undefined) return;
    this.#asks += 1;
    this.#asked.set(this.#asks, { request, reply });
    this.#publisher.status("busy", request.header);
    this.#options.post({ type: "ask", ask: this.#asks, question });
  }

  #answered({ ask, answer }: Extract<ToChannels, { type: "answer" }>): void {
    const asked = this.#asked.get(ask);
    if (asked === undefined) return;
    this.#asked.delete(ask);
    const { request, reply } = asked;
    this.#reply(reply, request, request.header.msg_type.replace(/_request$/, "_reply"), answerReply(request, answer));
    this.#idle(request.header);
  }

  #enqueue(request: Message): void {
    this.#publisher.knowCell(request.header);
    this.#waiting.push(request);
    this.#next();
  }

  #next(): void {
    const request = this.#running === undefined ? this.#waiting.shift() : undefined;
    if (request === undefined) return;
    this.#running = request;
    const { isSilent, storesHistory, ...rest } = readExecuteRequest(request);
    if (storesHistory) this.#count += 1;
    this.#publisher.begin(request.header);
    this.#publisher.status("busy", request.header);
    if (!isSilent) this.#publisher.code(rest.cell, rest.code, this.#count);
    this.#options.post({ type: "execute", request: { ...rest, isSilent, count: this.#count } });
  }

  async #executed(result: ExecuteResult): Promise<void> {
    const request = this.#running;
    if (request === undefined) return;
    this.#inputAsk = undefined;
    const isLast = result.failure !== undefined && request.content.stop_on_error !== false;
    if (isLast) await pause(drainMs);
    this.#publisher.flush();
    this.#reply(this.#senders.shell, request, "execute_reply", executeReply(result, this.#count));
    this.#running = undefined;
    this.#idle(request.header);
    if (isLast) this.#abort(this.#waiting.splice(0));
    this.#next();
  }

  #abort(requests: readonly Message[]): void {
    for (const request of requests)
      this.#busyWhile(request.header, () => this.#reply(this.#senders.shell, request, "execute_reply", aborted));
  }

  #askInput({ ask, prompt }: Extract<ToChannels, { type: "askInput" }>): void {
    const request = this.#running;
    if (request === undefined) return;
    this.#inputAsk = ask;
    this.#publisher.flush();
    const content = { prompt: prompt.text, password: prompt.isPassword };
    this.#senders.stdin.send({ to: request.identities, type: "input_request", parent: request.header, content });
  }

  #takeInput({ header, content }: Message): void {
    if (header.msg_type !== "input_reply" || this.#inputAsk === undefined) return;
    const ask = this.#inputAsk;
    this.#inputAsk = undefined;
    this.#options.post({ type: "input", ask, line: String(content.value ?? "") });
  }

  #reply(sender: Sender, { identities, header }: Message, type: string, content: object): void {
    sender.send({ to: identities, type, parent: header, content });
  }

  #busyWhile(header: Header, work: () => void): void {
    this.#publisher.status("busy", header);
    work();
    this.#idle(header);
  }

  /** Front ends show the state that was said last: while a cell runs, that is busy. */
  #idle(header: Header): void {
    this.#publisher.status("idle", header);
    if (this.#running !== undefined) this.#publisher.status("busy", this.#running.header);
  }
}
