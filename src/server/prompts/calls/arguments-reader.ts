/** What was read of a call's arguments: JSON that became certain, and what stands behind them once they are complete. */
export interface ReadArguments {
  readonly json: string;
  /** Undefined while they go on. */
  readonly rest?: string | undefined;
}

/** Reads the arguments of one call from a text that comes in pieces of any size. */
export interface ArgumentsReader {
  push(piece: string): ReadArguments;
}

/** A tool as a splitter knows it. */
export interface KnownTool {
  readonly name: string;
  /** JSON schema of its arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}
