/** Why a model did not load. `models/explain-load` says whether the file is to blame. */
import type { LoadFailure } from "./local/messages.js";

/** `stalled`, `crashed` and `not-started` are seen from outside; `aborted` was asked for. */
export type LoadErrorKind = LoadFailure | "stalled" | "crashed" | "not-started" | "aborted";

export class LoadError extends Error {
  override readonly name = "LoadError";
  readonly kind: LoadErrorKind;

  constructor(kind: LoadErrorKind, reason: string) {
    super(reason);
    this.kind = kind;
  }
}
