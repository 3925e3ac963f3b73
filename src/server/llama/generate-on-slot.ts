import { Answer } from "./answer.js";
import { samplerConfig } from "./sampling.js";
import type { DecodeResources, SlotTask } from "./slot-task.js";

/** Runs one request to its end and reports all of it to the outbox. Throws only unforeseen errors. */
export async function generateOnSlot(resources: DecodeResources, task: SlotTask): Promise<void> {
  const { slot, signal, request } = task;
  const { tokens } = task.prompt;
  const cachedTokens = await resources.memory.prepare(slot, signal);
  const maxTokens = Math.min(request.maxTokens, resources.context - tokens.length);
  resources.outbox.started({ id: task.id, slot: slot.id, promptTokens: tokens.length, cachedTokens, maxTokens });
  if (task.limit.isAwaited) resources.outbox.flush();
  await task.limit.known(signal);
  const answer = new Answer(resources, task, maxTokens);
  const sampler = resources.samplers.of(slot.id, samplerConfig(request, tokens));
  const take = (token: (typeof tokens)[number]): readonly (typeof token)[] | null => {
    if (!answer.add(token)) return null;
    const next = answer.input(token);
    // the sampler knows what it chose itself only; told the seed that it has, it goes on with its random numbers
    if (next.length > 1) sampler.applyConfig(samplerConfig(request, answer.recentTokens()));
    return next;
  };
  const draftRoom = request.exact || !resources.canGoBack ? null : resources.context;
  const onRead = (count: number): void => resources.outbox.read(task.id, count);
  const guesses = await resources.steps.run({ slot, prompt: tokens, sampler, signal, take, onRead, draftRoom });
  answer.finish(guesses);
}
