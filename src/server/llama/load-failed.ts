import type { LoadFailure } from "../engine/local/messages.js";

/** A load that ended without a model; the message is the reason a person reads. */
export class LoadFailed extends Error {
  override readonly name = "LoadFailed";
  readonly failure: LoadFailure;

  constructor(failure: LoadFailure, reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.failure = failure;
  }
}
