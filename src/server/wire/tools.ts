/** Tools as they cross the wire, in the shapes of OpenAI's API. */

/** A tool's use, as the model asked for it. */
export interface CalledTool {
  /** Tells calls of a conversation apart: 1 to 256 characters. */
  id: string;
  type: "function";
  function: {
    /** 1 to 64 letters, digits, `_`, `-`, `.`. */
    name: string;
    /** JSON of an object, up to 1000000 characters. */
    arguments: string;
  };
}

/** A function that the model may call. */
export interface FunctionTool {
  type: "function";
  function: {
    /** 1 to 64 letters, digits, `_`, `-`, `.`. */
    name: string;
    /** What it does, for the model: up to 65536 characters. */
    description?: string | null;
    /** JSON schema of its arguments, an object's, up to 65536 bytes. Default: no arguments. */
    parameters?: Record<string, unknown> | null;
    /** true: refused where not all of its schema can be guaranteed; else a warning says what is not. */
    strict?: boolean | null;
  };
}

/** Whether the model calls tools: `auto` as it likes, `required` some tool, or the one that is named. */
export type ToolChoiceOption = "auto" | "none" | "required" | { type: "function"; function: { name: string } };

/** Tools in a request. */
export interface ToolOptions {
  /** What the model may call, up to 128. Default: none. */
  tools?: FunctionTool[] | null;
  /** Whether the model calls tools; left out, as it likes. */
  tool_choice?: ToolChoiceOption | null;
  /** false: one call at most. Default true. */
  parallel_tool_calls?: boolean | null;
}

/** A part of a call in a stream: the first part of each call brings its id, type and name, the others text only. */
export interface CalledToolDelta {
  /** From 0, in the order of the calls. */
  index: number;
  id?: string;
  type?: "function";
  function: { name?: string; arguments: string };
}
