/** Everything that runs cells, put together. */
import type {
  Answer,
  ExecuteRequest,
  ExecuteResult,
  Question,
  ToCells,
  ToChannels,
} from "../channels/thread-messages.js";
import type { CellLanguage } from "../language/cell-language.js";
import { createCellLanguage } from "../language/create-cell-language.js";
import { sendTslabDisplays } from "../tslab.js";
import { tellBackgroundErrors } from "./background-errors.js";
import { installCellGlobals, showInCell } from "./cell-globals.js";
import { CellInput } from "./cell-input.js";
import { takeOverStreams } from "./cell-streams.js";
import { Executor } from "./executor.js";
import { showPlainResources } from "./plain-resources.js";

export interface Cells {
  /** Does what Jupyter wants. */
  take(message: ToCells): void;
  /** Stops the running cell. */
  interrupt(): void;
}

export interface CellsOptions {
  post(message: ToChannels): void;
  /** Why no cell can be run: it is each cell's answer. Undefined when all is well. */
  readonly complaint: string | undefined;
}

export function openCells({ post, complaint }: CellsOptions): Cells {
  takeOverStreams(post);
  if (complaint !== undefined) return refusingCells(post, complaint);
  const language = createCellLanguage();
  // as tslab has it: what cells and libraries know it by
  Object.assign(globalThis, { __tslab__: { exports: language.scope, require: language.require } });
  const executor = new Executor({ language, post });
  const input = new CellInput(post);
  tellBackgroundErrors({ mapStack: (stack) => language.mapStack(stack), post });
  installCellGlobals(post, input);
  showPlainResources();
  sendTslabDisplays((data, displayId, isUpdate) => showInCell(post, { data, displayId, isUpdate }));
  const interrupt = (): void => {
    executor.interrupt();
    input.interrupt();
  };
  return {
    interrupt,
    take: taker({
      post,
      interrupt: () => {
        // a running cell gets the signal itself
        if (executor.isBusy) interrupt();
        else process.emit("SIGINT", "SIGINT");
      },
      execute: (request) => executor.execute(request),
      answer: (question) => answerOf(language, question),
      input: (ask, line) => input.answer(ask, line),
    }),
  };
}

interface Doer {
  post(message: ToChannels): void;
  interrupt(): void;
  execute(request: ExecuteRequest): Promise<ExecuteResult>;
  answer(question: Question): Answer;
  input(ask: number, line: string): void;
}

const taker =
  (doer: Doer) =>
  (message: ToCells): void => {
    if (message.type === "execute") {
      const { cell } = message.request;
      void doer.execute(message.request).then((result) => doer.post({ type: "executed", cell, result }));
    } else if (message.type === "ask")
      doer.post({ type: "answer", ask: message.ask, answer: doer.answer(message.question) });
    else if (message.type === "input") doer.input(message.ask, message.line);
    else if (message.type === "interrupt") {
      doer.interrupt();
      doer.post({ type: "interruptSeen" });
    } else if (message.type === "end") setTimeout(() => process.exit(0), letGoMs);
  };

function answerOf(language: CellLanguage, question: Question): Answer {
  const { code } = question;
  try {
    if (question.kind === "isComplete") return { kind: "isComplete", ...language.isComplete(code) };
    if (question.kind === "complete") return { kind: "complete", ...language.complete(code, question.position) };
    const found = language.inspect(code, question.position);
    return found === undefined ? nothing : { kind: "inspect", text: found.text, markdown: found.markdown };
  } catch {
    // the compiler gave up on half-written code: the editor shows nothing
    return nothing;
  }
}

/** What broke a cell lets go of this thread until then; Node waits for it otherwise, and says so. */
const letGoMs = 20;

const nothing: Answer = { kind: "nothing" };

function refusingCells(post: (message: ToChannels) => void, complaint: string): Cells {
  const failure = { name: "KernelError", message: complaint, traceback: [complaint] };
  const execute = async ({ cell }: ExecuteRequest): Promise<ExecuteResult> => {
    post({ type: "error", cell, failure });
    return { failure, expressions: {} };
  };
  const interrupt = (): void => {};
  return { interrupt, take: taker({ post, interrupt, execute, answer: () => nothing, input: () => {} }) };
}
