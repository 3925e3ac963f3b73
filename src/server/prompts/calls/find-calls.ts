import type { Message } from "../../engine/request.js";
import { type CallForm, type CallHead, hermesForm, idHole } from "./call-form.js";
import { knownCalls } from "./known-calls.js";
import { commonEnd, commonStart, probe, type RenderedCall, readRenderedCall, withHoles } from "./rendered-call.js";

/** What is known of a model that may call tools. */
export interface CallEvidence {
  /** The text of its chat template. */
  readonly template: string;
  /** Texts of the tokens that end an answer: no part of what a model is made to write. */
  readonly ends: readonly string[];
  /** Texts that begin or end a thought: no part of a call. */
  readonly thoughts: readonly string[];
  /** Renders a conversation with tools by the template, without beginning an answer; null where that fails. */
  readonly render: (messages: readonly Message[]) => string | null;
}

/**
 * The form in which a model calls tools: known by the marks of its template, else read off what the template makes of
 * calls; null where it shows none.
 */
export function findCalls({ template, ends, thoughts, render }: CallEvidence): CallForm | null {
  const known = knownCalls.find(({ markers }) => markers.every((marker) => template.includes(marker)))?.form;
  if (known !== undefined && known !== hermesForm) return known;
  const read = readCalls(render, ends, thoughts);
  return read === null
    ? (known ?? null)
    : { ...read, idLetters: template.includes("[TOOL_CALLS]") ? 9 : read.idLetters };
}

function readCalls(
  render: CallEvidence["render"],
  ends: CallEvidence["ends"],
  thoughts: CallEvidence["thoughts"],
): CallForm | null {
  const single = render(conversation(turnWith(1)));
  const plain = render(conversation({ role: "assistant", content: probe.answer }));
  const [header, footer] = plain?.split(probe.answer) ?? [];
  if (single === null || header === undefined || footer === undefined) return null;
  const one = readRenderedCall(single, probe.names[0], single.indexOf(probe.question));
  if (one === null) return null;
  const own = withoutCut(commonStart(single.slice(0, one.nameAt), header));
  const front = withoutThoughts(withHoles(single.slice(own.length, one.nameAt)), thoughts);
  const tail = withHoles(single.slice(one.endAt));
  const rest = { front, tail: endedBy(tail.slice(0, tail.length - commonEnd(tail, footer).length), ends) };
  const both = render(conversation(turnWith(2)));
  const form = both === null ? null : formOfTwo(one, both, rest);
  return form ?? formOfOne(one, rest);
}

const conversation = (turn: Message): Message[] => [{ role: "user", content: probe.question }, turn];

function turnWith(count: 1 | 2): Message {
  const toolCalls = probe.names.slice(0, count).map((name, at) => ({
    id: probe.ids[at] ?? "",
    name,
    arguments: probe.given,
  }));
  return { role: "assistant", content: "", toolCalls };
}

/** What stands in front of a call's name, from the beginning of the turn, and behind its arguments, to its end. */
interface Around {
  readonly front: string;
  readonly tail: string;
}

function formOfOne({ between, parameters }: RenderedCall, { front, tail }: Around): CallForm | null {
  if (front.trim() === "") return null;
  return {
    ...{ open: "", close: "", separator: "", after: tail.trimEnd(), isSingle: true },
    ...{ heads: [[front, between]], parameters, idLetters: lettersOf(front + between + tail) },
  };
}

function formOfTwo(one: RenderedCall, both: string, { front, tail }: Around): CallForm | null {
  const first = readRenderedCall(both, probe.names[0], both.indexOf(probe.question));
  const second = first === null ? null : readRenderedCall(both, probe.names[1], first.endAt);
  if (first === null || second === null) return null;
  const middle = withHoles(both.slice(first.endAt, second.nameAt));
  const before = commonEnd(front, middle);
  if (before.trim() === "") return null;
  const gap = middle.slice(0, middle.length - before.length);
  const after = commonStart(gap, tail);
  const head: CallHead = [before, one.between];
  return {
    open: front.slice(0, front.length - before.length),
    close: tail.slice(after.length).trimEnd(),
    heads: [head],
    after,
    separator: gap.slice(after.length),
    parameters: one.parameters,
    isSingle: false,
    idLetters: lettersOf(front + one.between + tail),
  };
}

/** Models that write ids themselves write Mistral's; what makes up ids for the others may be OpenAI's. */
const lettersOf = (texts: string): 9 | 24 => (texts.includes(idHole) ? 9 : 24);

/** Without a mark at its end that was cut within: two turns may begin with marks that begin alike. */
const withoutCut = (text: string): string => text.replace(/<[^<>\s]*$|\[[A-Z_]*$/, "");

function withoutThoughts(text: string, thoughts: readonly string[]): string {
  const front = text.trimStart();
  const mark = thoughts.find((one) => front.startsWith(one));
  return mark === undefined ? front : withoutThoughts(front.slice(mark.length), thoughts);
}

/** The text in front of the first token that ends an answer. */
function endedBy(text: string, ends: readonly string[]): string {
  const at = Math.min(
    ...ends.map((end) => text.indexOf(end)).map((place) => (place < 0 ? text.length : place)),
    text.length,
  );
  return text.slice(0, at);
}
