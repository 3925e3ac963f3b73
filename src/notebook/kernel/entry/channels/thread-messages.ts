/**
 * What the two threads of the kernel say to each other: one holds Jupyter's channels, the other runs the cells.
 *
 * So a cell that computes without a pause keeps no one waiting: heartbeat, interrupt and shutdown are answered, and what
 * it prints is shown.
 */

/** An error as Jupyter's front ends show it. */
export interface CellFailure {
  readonly name: string;
  readonly message: string;
  /** Lines; the first says name and message. */
  readonly traceback: readonly string[];
}

/** A cell that is to be run. */
export interface ExecuteRequest {
  /** The request's own id: what the cell puts out names it. */
  readonly cell: string;
  readonly code: string;
  /** The number in the brackets beside the cell. */
  readonly count: number;
  /** True: its value is not shown. */
  readonly isSilent: boolean;
  /** True when the front end can ask the person for a line. */
  readonly allowsInput: boolean;
  /** Expressions to evaluate after it, by name. */
  readonly expressions: Readonly<Record<string, string>>;
}

/** MIME types and what is shown for each. */
export type DisplayData = Readonly<Record<string, unknown>>;

/** One of `expressions`, evaluated. */
export type ExpressionResult = { readonly data: DisplayData } | CellFailure;

export interface ExecuteResult {
  readonly failure: CellFailure | undefined;
  readonly expressions: Readonly<Record<string, ExpressionResult>>;
}

/** What an editor asks; places in UTF-16 units. */
export type Question =
  | { readonly kind: "complete" | "inspect"; readonly code: string; readonly position: number }
  | { readonly kind: "isComplete"; readonly code: string };

export type Answer =
  | { readonly kind: "complete"; readonly start: number; readonly end: number; readonly matches: readonly string[] }
  | { readonly kind: "inspect"; readonly text: string; readonly markdown: string }
  | { readonly kind: "isComplete"; readonly status: string; readonly indent: string }
  | { readonly kind: "nothing" };

export type ToCells =
  | { readonly type: "bound" }
  | { readonly type: "refused"; readonly why: string }
  | { readonly type: "execute"; readonly request: ExecuteRequest }
  | { readonly type: "ask"; readonly ask: number; readonly question: Question }
  | { readonly type: "input"; readonly ask: number; readonly line: string }
  | { readonly type: "interrupt" }
  | { readonly type: "end" };

export type ToChannels =
  /** The compiler is loaded: what runs from now on may be broken. */
  | { readonly type: "open" }
  | { readonly type: "executed"; readonly cell: string; readonly result: ExecuteResult }
  | { readonly type: "answer"; readonly ask: number; readonly answer: Answer }
  | { readonly type: "stream"; readonly cell: string; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "display"; readonly cell: string; readonly display: Display }
  | { readonly type: "result"; readonly cell: string; readonly count: number; readonly data: DisplayData }
  | { readonly type: "error"; readonly cell: string; readonly failure: CellFailure }
  | { readonly type: "askInput"; readonly cell: string; readonly ask: number; readonly prompt: InputPrompt }
  | { readonly type: "interruptSeen" }
  | { readonly type: "close"; readonly closed: Int32Array };

export interface Display {
  readonly data: DisplayData;
  /** With one, it can be updated later. */
  readonly displayId: string | undefined;
  /** True: takes the place of what was shown with this id. */
  readonly isUpdate: boolean;
}

export interface InputPrompt {
  readonly text: string;
  /** True: what is typed is not shown. */
  readonly isPassword: boolean;
}
