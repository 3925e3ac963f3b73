/** Whether a prompt is the model's own. Pure: gives the reason where it is not. */
import type { ReferenceCase, ReferenceFamily, ReferencePrompt } from "./prompt-references.js";

export interface GivenPrompt {
  readonly status: number;
  readonly prompt?: string;
  readonly tokens?: readonly number[];
}

/** What is wrong with it; undefined where nothing is. */
export function judgePrompt(given: GivenPrompt, reference: ReferenceCase, family: ReferenceFamily): string | undefined {
  if (reference.mayRefuse && given.status === 400) return undefined;
  const { prompt, tokens } = given;
  if (prompt === undefined || tokens === undefined) return `it answered with status ${given.status}`;
  const reports = reference.right.map((right) => {
    if (!isSameText(prompt, right, family))
      return `the text is ${JSON.stringify(prompt)}, not ${JSON.stringify(right.prompt)}`;
    const at = firstDifference(tokens, right);
    if (at === undefined || (reference.anySafe && isSafe(tokens, right, family))) return undefined;
    return `the tokens differ from the one at ${at} on: ${tokens.slice(at - 1, at + 5)}, not ${right.ids.slice(at - 1, at + 5)}`;
  });
  if (reports.includes(undefined)) return undefined;
  return reports.find((report) => report?.startsWith("the tokens")) ?? reports[0] ?? "it should have been refused";
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A date written in the same way, whatever the day is. */
const anyDate = (date: string): string =>
  quoted(date)
    .replace(/\d/g, "\\d")
    .replace(/[A-Z][a-z]+/g, "[A-Z][a-z]+");

function isSameText(prompt: string, { prompt: right, date }: ReferencePrompt, { bos }: ReferenceFamily): boolean {
  const own = (text: string): string => (bos !== null && text.startsWith(bos) ? text.slice(bos.length) : text);
  if (date === undefined) return own(prompt) === own(right);
  const parts = own(right).split(new RegExp(`(${date.texts.map(quoted).join("|")})`));
  const pattern = parts.map((part, index) => (index % 2 === 1 ? anyDate(part) : quoted(part))).join("");
  return new RegExp(`^${pattern}$`).test(own(prompt));
}

/** Place of the first token that differs; in front of a date and behind it only where there is one. */
function firstDifference(tokens: readonly number[], { ids, date }: ReferencePrompt): number | undefined {
  const { before, after } = date ?? { before: ids.length, after: 0 };
  for (let at = 0; at < before; at++) if (ids[at] !== tokens[at]) return at;
  if (after === 0) return tokens.length > ids.length ? ids.length : undefined;
  for (let left = 1; left <= after; left++) if (ids.at(-left) !== tokens.at(-left)) return tokens.length - left;
  return undefined;
}

/** Whether every control token is there exactly as often as it should be. */
function isSafe(tokens: readonly number[], { ids }: ReferencePrompt, { controls }: ReferenceFamily): boolean {
  const count = (list: readonly number[], id: number): number => list.filter((one) => one === id).length;
  return controls.every((id) => count(tokens, id) === count(ids, id));
}
