/** Why a load failed, in sentences, and whether the file is to blame. Pure. */
import { messageOf } from "../async/message-of.js";
import { LoadError } from "../engine/load-error.js";
import { LabError } from "../errors.js";
import { withoutPath } from "../text/without-path.js";

export interface FailedLoad {
  readonly error: LabError;
  /** The sentence that is remembered of the file; null when something else is to blame. */
  readonly blame: string | null;
  /** True when other options might do with the same file. */
  readonly optionsMayHelp: boolean;
}

/** What the system or the machine says: the file may be as good as any. */
const weather =
  /\b(ENOENT|EACCES|EPERM|EIO|EMFILE|ENFILE|ENOMEM|EAGAIN|ENOSPC|ESTALE)\b|memory|alloc|SIGKILL|SIGTERM|SIGBUS|SIGINT|SIGHUP/i;
/** What the engine says of a context that no memory of this machine could hold. */
const hopeless = /more than this machine could ever hold/i;
/** Where a native assertion stands. */
const sourceFile = /[\w.-]+\.(?:cpp|cc|c|cu|cuh|h|hpp|mm?):\d+:?/g;
/** How native code ends when it meets what it cannot bear. */
const nativeEnd = /SIG(ABRT|SEGV|FPE|ILL|TRAP)/;

/**
 * `id` is the model's id and `path` its file, whose name is never shown.
 *
 * A bad file is `model_load_failed` (the same file fails again), and so is a load without progress, which takes long to
 * fail again; memory and a kill are `model_load_interrupted` (clients may repeat). `hint` stands for the usual advice.
 */
export function explainLoad(error: unknown, id: string, path: string, hint?: string): FailedLoad {
  const reason = asSentences(messageOf(error), path, id);
  const kind = error instanceof LoadError ? error.kind : "other";
  // the name of a source file says nothing of memory
  const isWeather = weather.test(reason.replaceAll(sourceFile, ""));
  const refusal = (code: "model_load_failed" | "model_load_interrupted", advice: string): LabError =>
    new LabError(code, `"${id}" did not load. ${reason} ${advice}`.trim(), {
      param: "model_id",
      cause: error,
      ...(code === "model_load_interrupted" && { retryAfterSeconds: 5 }),
    });
  if (kind === "bad-file" && !isWeather) {
    return { error: refusal("model_load_failed", adviceForBad), blame: reason, optionsMayHelp: false };
  }
  if (kind === "crashed" && nativeEnd.test(reason) && !isWeather) {
    return { error: refusal("model_load_failed", adviceForBad), blame: reason, optionsMayHelp: true };
  }
  // asking for the same again would end the same way
  if (hopeless.test(reason)) {
    return { error: refusal("model_load_failed", ""), blame: null, optionsMayHelp: true };
  }
  // whether the machine or the file is slow cannot be known: nothing is remembered, and nobody repeats it by itself
  if (kind === "stalled")
    return { error: refusal("model_load_failed", adviceForSlow), blame: null, optionsMayHelp: true };
  if (kind === "backend") return { error: refusal("model_load_failed", ""), blame: null, optionsMayHelp: true };
  const smaller = "load it with a smaller context or fewer slots.";
  const usual =
    kind === "out-of-memory" ? `Unload another model, or ${smaller}` : `Try again; if memory is short, ${smaller}`;
  // the engine gives its own advice where it knows the numbers
  const advice = hint ?? (/\bAsk for /.test(reason) ? "" : usual);
  return { error: refusal("model_load_interrupted", advice), blame: null, optionsMayHelp: true };
}

const adviceForSlow = "Try again where the machine was busy, or give it longer with --load-timeout.";
export const adviceForBad = "Replace the file; POST /models/load tries it again whenever it is asked to.";

/**
 * A reason as people read it: sentences that end once, without control characters, and with the model's id in the
 * place of its path. What native code said in brackets becomes a sentence of its own.
 */
export function asSentences(text: string, path: string, id: string): string {
  const plain = withoutPath(text, path, `"${id}"`)
    .replaceAll(/(?:\/[^\s/:]+)+\/(?=[\w.-]+\.(?:cpp|cc|c|cu|cuh|h|hpp|mm?):\d)/g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\p{C}\uFFFD]+/gu, "?")
    .trim()
    .replace(/^Error: /, "");
  const [, before, inside] = /^(.*?[^(\s])\s*\((.*)\)[.\s]*$/.exec(plain) ?? [];
  if (before === undefined || inside === undefined || /^[^)]*\(/.test(before)) return ended(plain);
  return `${ended(before)} ${ended(inside.startsWith("GGML_") || /^[\w.-]+:\d/.test(inside) ? `It said ${inside}` : inside)}`;
}

function ended(text: string): string {
  const bare = text.replace(/[.\s:;,]+$/, "");
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}${/[!?]$/.test(bare) ? "" : "."}`;
}
