/** Why a model did not load. Says whether the file is to blame, which the error catalogue does not need to know. */
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

  /** True when trying the same file again would end the same way. */
  get blamesFile(): boolean {
    return this.kind === "bad-file" || this.kind === "stalled" || this.kind === "crashed";
  }
}
