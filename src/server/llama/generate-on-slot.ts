import type { Token } from "node-llama-cpp";
import { Answer } from "./answer.js";
import { answerRules } from "./answer-rules.js";
import type { DecodeResources, SlotTask } from "./slot-task.js";
import { TokenChooser } from "./token-chooser.js";

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
  const chooser = new TokenChooser(resources, {
    request,
    slotId: slot.id,
    prompt: tokens,
    turnEnds: turnEndsOf(resources, task),
  });
  const rules = answerRules(resources, request, chooser, answer);
  const take = (token: Token): readonly Token[] | null => {
    if (!answer.add(token, chooser.score)) return null;
    const next = answer.input(token);
    chooser.follow(next);
    rules?.moved();
    if (!chooser.isComplete) return next;
    answer.complete();
    return null;
  };
  const draftRoom = request.exact || !resources.canGoBack ? null : resources.context;
  const onRead = (count: number): void => resources.outbox.read(task.id, count);
  const choose = (row: number): Promise<Token | null> => chooser.choose(row);
  const guesses = await resources.steps.run({ slot, prompt: tokens, choose, signal, take, onRead, draftRoom });
  answer.finish(guesses);
}

/** Where one token is all of a text that ends turns: that token. */
function turnEndsOf({ model }: DecodeResources, { prompt }: SlotTask): Token[] {
  return prompt.stopTexts
    .map((text) => model.tokenize(text, true, "trimLeadingSpace"))
    .flatMap((tokens) => (tokens.length === 1 ? tokens : []));
}
