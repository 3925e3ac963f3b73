import type { EvaluationPriority, Token } from "node-llama-cpp";
import { Answer } from "./answer.js";
import { samplingOptions } from "./sampling.js";
import type { DecodeResources, SlotTask } from "./slot-task.js";

/** Runs one request to its end and reports all of it to the outbox. Throws only unforeseen errors. */
export async function generateOnSlot(resources: DecodeResources, task: SlotTask): Promise<void> {
  const { tokens } = task.prompt;
  const cachedTokens = await reusePrefix(resources, task);
  const maxTokens = Math.min(task.request.maxTokens, resources.context - tokens.length);
  resources.outbox.started({ id: task.id, slot: task.slot.id, promptTokens: tokens.length, cachedTokens, maxTokens });
  if (task.limit.isAwaited) resources.outbox.flush();
  await task.limit.known(task.signal);
  const answer = new Answer(resources, task, maxTokens);
  const lastPiece = await readPrompt(resources, task, cachedTokens);
  if (lastPiece !== null) await decode(lastPiece, resources, task, answer);
  answer.finish();
}

/** Trims the slot to what it shares with the prompt; returns how many tokens that is. */
async function reusePrefix({ batching }: DecodeResources, { slot, prompt }: SlotTask): Promise<number> {
  const { sequence } = slot;
  if (slot.mustForget) {
    await batching.betweenSteps(() => sequence.clearHistory());
    slot.mustForget = false;
  }
  // the last token is always read again: its outcome is what the first new token comes from
  const wanted = prompt.tokens.slice(0, -1);
  if (sequence.compareContextTokens(wanted).firstDifferentIndex < sequence.nextTokenIndex) {
    await batching.betweenSteps(() => sequence.adaptStateToTokens(wanted, false));
  }
  return sequence.nextTokenIndex;
}

/** Reads the prompt but for its last piece, which it returns and the batch expects; null when cancelled. */
async function readPrompt({ batching }: DecodeResources, task: SlotTask, from: number): Promise<Token[] | null> {
  const { tokens } = task.prompt;
  for (let at = from; ; ) {
    const room = await batching.enterPrefill(tokens.length - at, task.signal);
    if (room === 0) return null;
    const piece = tokens.slice(at, at + room);
    at += room;
    if (at === tokens.length) return piece;
    let unused = piece.length;
    try {
      await task.slot.sequence.evaluateWithoutGeneratingNewTokens(piece, priorityOf(task));
      unused = 0;
    } finally {
      batching.leave(unused);
    }
  }
}

/** Reads the last piece and makes the answer. The batch expects a row of this slot in every step until then. */
async function decode(
  lastPiece: Token[],
  { batching }: DecodeResources,
  task: SlotTask,
  answer: Answer,
): Promise<void> {
  let unused = lastPiece.length;
  try {
    if (task.signal.aborted) return;
    const options = { ...samplingOptions(task.request, () => answer.recentTokens()), ...priorityOf(task) };
    const tokens = task.slot.sequence.evaluate(lastPiece, options);
    let next: Token[] = [];
    try {
      for (;;) {
        if (batching.pause !== null) await batching.pause;
        const { value, done } = await tokens.next(next);
        unused = 0;
        if (done === true || task.signal.aborted || !answer.add(value)) return;
        next = [...answer.input(value)];
      }
    } finally {
      await tokens.return();
    }
  } finally {
    batching.leave(unused);
  }
}

/** The slot's id travels as the priority, which the batching sorts by; the library takes any number. */
function priorityOf(task: SlotTask): { evaluationPriority: EvaluationPriority } {
  return { evaluationPriority: task.slot.id as EvaluationPriority };
}
