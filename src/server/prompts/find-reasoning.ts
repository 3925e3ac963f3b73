import type { Message } from "../engine/request.js";
import { knownReasoning } from "./known-reasoning.js";
import { type ReasoningForm, taggedForm } from "./reasoning-form.js";

/** What is known of a model that may think. */
export interface ReasoningEvidence {
  /** The text of its chat template; undefined where it has none. */
  readonly template: string | undefined;
  /** Texts of its control tokens and user-defined tokens. */
  readonly tokens: readonly string[];
  /** Renders a conversation by the template; null where that fails. Left out: nothing is rendered. */
  readonly render?: ((messages: readonly Message[]) => string | null) | undefined;
}

/** How a model's form was found, for people. */
export interface FoundReasoning {
  readonly form: ReasoningForm;
  readonly why: "markers of a known form" | "the template renders a thought so" | "tags in the template" | "tokens";
}

/** A name that a tag of thoughts has, after `<` or `</`: think, seed:think, think:xyz, thought, reasoning … */
const tagName = "(?:[\\w-]+:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?)(?::[\\w-]+)?";
const closingTag = new RegExp(`</(${tagName})>`, "gi");
const closingToken = new RegExp(`^</(${tagName})>$`, "i");

/** A marker right in front of a thought, and one right behind it. */
const markerBefore = /(<[^<>\s]+>|\[[^[\]\s]+\])\s*$/;
const markerBehind = /^\s*(<[^<>\s]+>|\[[^[\]\n]+\])/;

const probe = { question: "Qx7 question", thought: "Qx7 thought", answer: "Qx7 answer" } as const;

/**
 * The form in which a model thinks; null for one that shows no sign of it.
 *
 * The template decides, its tokens where it is silent: fine-tuned files often carry a plain template over a vocabulary that
 * thinks.
 */
export function findReasoning({ template = "", tokens, render }: ReasoningEvidence): FoundReasoning | null {
  const vocabulary = new Set(tokens);
  const known = knownReasoning.find(
    ({ markers, inTemplate = [] }) =>
      inTemplate.every((text) => template.includes(text)) &&
      (markers.every((marker) => template.includes(marker)) || markers.every((marker) => vocabulary.has(marker))),
  );
  if (known !== undefined) return { form: known.form, why: "markers of a known form" };
  const rendered = render === undefined ? null : renderedForm(render);
  if (rendered !== null) return { form: rendered, why: "the template renders a thought so" };
  const written = pairsOf([...template.matchAll(closingTag)].map(([, name]) => name as string));
  if (written.length > 0) return { form: taggedForm(written), why: "tags in the template" };
  const named = pairsOf(tokens.flatMap((token) => closingToken.exec(token)?.[1] ?? [])).filter(([open]) =>
    vocabulary.has(open),
  );
  return named.length > 0 ? { form: taggedForm(named), why: "tokens" } : null;
}

function pairsOf(names: readonly string[]): (readonly [open: string, close: string])[] {
  return [...new Set(names)].map((name) => [`<${name}>`, `</${name}>`] as const);
}

/** What stands around a thought where the template shows it. */
function renderedForm(render: (messages: readonly Message[]) => string | null): ReasoningForm | null {
  const text = render([
    { role: "user", content: probe.question },
    { role: "assistant", content: probe.answer, reasoning: probe.thought },
  ]);
  const [front, behind] = text?.split(probe.thought) ?? [];
  if (front === undefined || behind === undefined) return null;
  const open = markerBefore.exec(front)?.[1];
  const close = markerBehind.exec(behind)?.[1];
  if (open === undefined || close === undefined) return null;
  const [ending = ""] = behind.split(probe.answer);
  const isWhole = behind.includes(probe.answer) && ending.trim() === close;
  return taggedForm([[open, close]], isWhole ? { ending } : {});
}
