/**
 * What the lab finds when it calls itself through its public address, before it shows that address.
 *
 * Strangers must be refused on every way in, a key must open what its scopes say and no more, and a stream must arrive
 * piece by piece. One wrong answer and the lab is not published.
 */

import { setTimeout as pause } from "node:timers/promises";
import { newKey } from "../access/keys.js";
import type { NewPassTerms, PassBook } from "../access/pass-book.js";
import { messageOf } from "../async/message-of.js";
import { LabError } from "../errors.js";
import type { Log } from "../log.js";
import { checkDoors } from "./check-doors.js";
import { checkStream } from "./check-stream.js";
import { sendProbe } from "./probe.js";

/** Milliseconds until the address must answer for the first time: names and routes spread. */
const reachableWithinMs = 15_000;
const pollMs = 250;
/** Milliseconds the key of the check is good for at most. */
const keyLifeMs = 15 * 60_000;

export interface PublicationCheck {
  readonly url: string;
  readonly passes: PassBook;
  /** Ids of the models that are published. */
  readonly shown: readonly string[];
  /** The one of them that answers; undefined: the loaded one. */
  readonly answering: string | undefined;
  /** Id of another model, for which a key of the publication must be refused. */
  readonly otherModel: string | undefined;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Resolves when all answers were right. Refuses with `publish_check_failed` and what was wrong, or when it is aborted. */
export async function checkPublication(check: PublicationCheck): Promise<void> {
  const { url, passes, log, signal } = check;
  let hold: () => Promise<void> = async () => {};
  const terms: NewPassTerms = {
    name: "self-check",
    scopes: ["infer"],
    key: newKey("lab_check_"),
    expiresAt: Date.now() + keyLifeMs,
    whenStreaming: () => hold(),
    isBuiltIn: true,
    models: check.shown,
  };
  const { pass, key } = passes.create(terms);
  try {
    await untilReachable(url, signal);
    const findings = await checkDoors({ url, key, otherModel: check.otherModel, signal });
    // a hole is worse than a slow stream, and enough
    if (findings.length === 0) {
      const finding = await checkStream({ url, key, model: check.answering, signal }, (until) => {
        hold = until;
      });
      if (finding !== undefined) findings.push(finding);
    }
    if (findings.length > 0) throw notPublished(findings, log);
  } catch (error) {
    if (error instanceof LabError) throw error;
    const reason = messageOf(error);
    throw notPublished([`The public address did not answer (${reason}).`], log);
  } finally {
    passes.remove(pass);
  }
}

async function untilReachable(url: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + reachableWithinMs;
  for (;;) {
    const seen = await sendProbe(url, { method: "GET", path: "/health" }, signal).then(
      ({ status, headers }) => ({
        isOurs: status === 200 && headers["x-request-id"] !== undefined,
        words: inWords(status, headers),
      }),
      (error: Error) => ({ isOurs: false, words: error.message }),
    );
    if (seen.isOurs) return;
    if (performance.now() > deadline) throw new Error(`GET /health: ${seen.words}`);
    await pause(pollMs, undefined, { signal });
  }
}

function inWords(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): string {
  const code = headers["ngrok-error-code"];
  return code === undefined ? `status ${status}` : `ngrok itself answered ${status}, ${String(code)}`;
}

function notPublished(findings: readonly string[], log: Log): LabError {
  log.error("the check of the public address found something wrong", { findings });
  const more = findings.length > 1 ? ` ${findings.length - 1} more are in the log.` : "";
  return new LabError(
    "publish_check_failed",
    `The lab is not published: ${findings[0]}${more} The tunnel is closed again.`,
  );
}
