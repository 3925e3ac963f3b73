import { Answer } from "./answer.js";
import { keepFirst, reusable } from "./reuse.js";
import { samplerConfig } from "./sampling.js";
import type { DecodeResources, SlotTask } from "./slot-task.js";

/** Runs one request to its end and reports all of it to the outbox. Throws only unforeseen errors. */
export async function generateOnSlot(resources: DecodeResources, task: SlotTask): Promise<void> {
  const { slot, signal, request } = task;
  const { tokens } = task.prompt;
  const cachedTokens = await reusePrefix(resources, task);
  const maxTokens = Math.min(request.maxTokens, resources.context - tokens.length);
  resources.outbox.started({ id: task.id, slot: slot.id, promptTokens: tokens.length, cachedTokens, maxTokens });
  if (task.limit.isAwaited) resources.outbox.flush();
  await task.limit.known(signal);
  const answer = new Answer(resources, task, maxTokens);
  const sampler = resources.samplers.of(slot.id, samplerConfig(request, tokens));
  const take = (token: (typeof tokens)[number]): readonly (typeof token)[] | null => (answer.add(token) ? [token] : null);
  await resources.steps.run({ slot, prompt: tokens, sampler, signal, take });
  answer.finish();
}

/** Trims the slot to what the prompt can build on; returns how many tokens that is. */
async function reusePrefix({ native, steps }: DecodeResources, { slot, prompt, request }: SlotTask): Promise<number> {
  const { pieceTokens } = steps;
  const kept = slot.mustForget ? 0 : reusable(slot, prompt.tokens, request.exact ? pieceTokens : null);
  if (kept < slot.tokens.length) await steps.betweenSteps(() => void keepFirst(native, slot, kept, pieceTokens));
  slot.mustForget = false;
  return slot.tokens.length;
}
