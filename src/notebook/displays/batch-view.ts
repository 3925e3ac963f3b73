/** How the answers of a batch look: one row per prompt. */

import type { BatchAnswer } from "../client/answer.js";
import { cleanText } from "../client/clean-text.js";
import { html } from "./html.js";
import { aside, dotted, line, warningLines } from "./parts.js";
import { table, textTable } from "./table.js";
import { countText, durationText } from "./units.js";
import type { View } from "./view.js";

const head = [
  { name: "#", kind: "number" },
  { name: "Prompt", kind: "long" },
  { name: "Answer", kind: "long" },
  "Ended",
] as const;

function rows(batch: BatchAnswer): string[][] {
  return batch.responses.map((response, index) => {
    const error = batch.errors.find((candidate) => candidate.index === index);
    const ended = error ? error.code : (batch.finish_reasons[index] ?? "–");
    return [String(index), batch.prompts[index] ?? "", error ? error.message : response, ended];
  });
}

const footer = ({ responses, errors, usage, total_ms, model }: BatchAnswer): string =>
  dotted(
    countText(responses.length, "prompt"),
    errors.length > 0 && `${errors.length} failed`,
    countText(usage.completion_tokens, "token"),
    durationText(total_ms),
    model,
  );

export const batchView = (batch: BatchAnswer): View => ({
  html: () =>
    html`${table(head, rows(batch), { label: "Answers" })}${line(aside(footer(batch)), warningLines(batch.warnings))}`,
  text: () =>
    [textTable(head, rows(batch)), `— ${footer(batch)}`, ...batch.warnings.map((w) => `! ${w}`)]
      .map(cleanText)
      .join("\n"),
});
