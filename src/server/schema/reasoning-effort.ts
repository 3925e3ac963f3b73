/** Words for how much a model may think, as options that every model heeds. */
import type { FilledOptions } from "./generation-options.js";

/**
 * Most tokens of thoughts for each word; null for as many as the model likes. Source of the numbers: LiteLLM's table of
 * budgets, which other people's clients were tuned with.
 */
const budgets: Readonly<Record<string, number | null>> = {
  none: 0,
  minimal: 128,
  low: 1024,
  medium: 2048,
  high: 4096,
  xhigh: null,
  max: null,
};

export const efforts: readonly string[] = Object.keys(budgets);

type Effort = Pick<FilledOptions, "reasoning_budget" | "chat_template_kwargs">;

/** The options that a word stands for. What was said by its own name counts more. */
export function effortOptions({
  reasoning_effort: effort,
  reasoning_budget,
  chat_template_kwargs: kwargs,
}: Effort & { readonly reasoning_effort: string | null }): Effort {
  if (effort === null) return { reasoning_budget, chat_template_kwargs: kwargs };
  // templates of models that know such words read them under this name; others have a switch
  const words = { reasoning_effort: effort, ...(effort === "none" && { enable_thinking: false }) };
  return {
    reasoning_budget: reasoning_budget ?? budgets[effort] ?? null,
    chat_template_kwargs: { ...words, ...kwargs },
  };
}
