/**
 * An answer as the events of OpenAI's Responses API, numbered from 0: the response begins, its items come one after the
 * other, it ends.
 *
 * Pure: pieces in, frames out. Source: OpenAI's documentation of streaming, and `ResponseAccumulator` of its SDK.
 */
import type { GenerationResult, Piece, TokenScore } from "../../engine/result.js";
import type { OpenaiErrorBody } from "../../wire/openai.js";
import type { ResponsesItem, ResponsesResponse } from "../../wire/openai-responses.js";
import type { ErrorReply } from "../errors.js";
import { eventFrame } from "../sse.js";
import type { ChoiceFormat } from "../stream-choices.js";
import { scoresToWire } from "../to-wire.js";
import { openaiError } from "./errors.js";
import { type ResponseParts, textPart, withEnding } from "./responses-answer.js";

/** An item that is being said. */
interface OpenItem {
  readonly kind: "reasoning" | "text" | number;
  readonly item: ResponsesItem;
  text: string;
  scores: TokenScore[];
}

export class ResponseEvents implements ChoiceFormat {
  readonly #parts: ResponseParts;
  readonly #done: ResponsesItem[] = [];
  #open: OpenItem | undefined;
  #begun: ResponsesResponse | undefined;
  #number = 0;
  /** Tokens of text that is not whole yet. */
  readonly #held: TokenScore[] = [];

  constructor(parts: ResponseParts) {
    this.#parts = parts;
  }

  begin({ model }: { readonly model: string | null }): string {
    this.#begun = this.#parts.begun(model ?? "");
    const response = this.#begun;
    return this.#frame("response.created", { response }) + this.#frame("response.in_progress", { response });
  }

  piece({ text, reasoning, call, scores = [] }: Piece): string {
    if (reasoning !== undefined) {
      return (
        this.#enter("reasoning", (at) => this.#parts.reasoning(at, "", "in_progress")) + this.#say(reasoning, scores)
      );
    }
    if (call !== undefined) {
      const { index, id = "", name = "", arguments: json } = call;
      return (
        this.#enter(index, (at) => this.#parts.callItem(at, id, name, "", "in_progress")) + this.#say(json, scores)
      );
    }
    this.#held.push(...scores);
    // a token that is no whole character yet; what it belongs to is not known before there is text
    if (text === "") return "";
    const all = this.#held.splice(0);
    return this.#enter("text", (at) => this.#parts.message(at, [], "in_progress")) + this.#say(text, all);
  }

  finish(result: GenerationResult): string {
    const isCut = result.finishReason === "length";
    const isEmpty = this.#open === undefined && this.#done.length === 0;
    const empty = isEmpty ? this.#enter("text", (at) => this.#parts.message(at, [], "in_progress")) : "";
    const closed = this.#close(isCut ? "incomplete" : "completed");
    const response = this.#parts.ended(result, withEnding(this.#done, result));
    return empty + closed + this.#frame(isCut ? "response.incomplete" : "response.completed", { response });
  }

  end(): string {
    return "";
  }

  /** The response as failed, where it had begun, and the error: SDKs throw at an event that has one. */
  fail(reply: ErrorReply): string {
    const { error } = openaiError(reply).body as OpenaiErrorBody;
    const { code, message, param } = error;
    const response: ResponsesResponse | undefined = this.#begun && {
      ...this.#begun,
      status: "failed",
      error: { code: failureOf(reply.status), message },
      output: [...this.#done],
    };
    const failed = response === undefined ? "" : this.#frame("response.failed", { response });
    return failed + this.#frame("error", { code, message, param, error });
  }

  /** Opens an item of this kind, unless it is open. */
  #enter(kind: OpenItem["kind"], make: (index: number) => ResponsesItem): string {
    if (this.#open?.kind === kind) return "";
    const closed = this.#close("completed");
    const item = make(this.#done.length);
    this.#open = { kind, item, text: "", scores: [] };
    return closed + this.#frame("response.output_item.added", { output_index: this.#index, item }) + this.#openPart();
  }

  #say(delta: string, scores: readonly TokenScore[]): string {
    const open = this.#open as OpenItem;
    open.text += delta;
    open.scores.push(...scores);
    if (delta === "") return "";
    return this.#frame(`${this.#names.part}.delta`, {
      ...this.#place,
      delta,
      ...(open.kind === "text" && { logprobs: scoresToWire(scores) }),
    });
  }

  /** Says once more what the open item is, whole. */
  #close(status: "completed" | "incomplete"): string {
    const open = this.#open;
    if (open === undefined) return "";
    const { text, scores, kind } = open;
    const logprobs = scoresToWire(scores);
    const item = this.#whole(open, status);
    const said =
      kind === "text"
        ? { text, logprobs }
        : typeof kind === "number"
          ? { name: (item as { name: string }).name, arguments: text }
          : { text };
    const done = this.#frame(`${this.#names.part}.done`, { ...this.#place, ...said });
    const closed =
      done + this.#closePart(open) + this.#frame("response.output_item.done", { output_index: this.#index, item });
    this.#done.push(item);
    this.#open = undefined;
    return closed;
  }

  #whole({ kind, item, text, scores }: OpenItem, status: "completed" | "incomplete"): ResponsesItem {
    const at = this.#index;
    if (kind === "reasoning") return this.#parts.reasoning(at, text, status);
    if (kind === "text") return this.#parts.message(at, [textPart(text, scoresToWire(scores))], status);
    return { ...item, arguments: text, status } as ResponsesItem;
  }

  #openPart(): string {
    const { added, empty } = this.#names;
    return added === null ? "" : this.#frame(`${added}.added`, { ...this.#place, part: empty });
  }

  #closePart({ text, scores, kind }: OpenItem): string {
    const { added, empty } = this.#names;
    if (added === null) return "";
    const part = kind === "text" ? textPart(text, scoresToWire(scores)) : { ...empty, text };
    return this.#frame(`${added}.done`, { ...this.#place, part });
  }

  get #index(): number {
    return this.#done.length;
  }

  /** How the events about the open item are called, and the part that it begins with. */
  get #names(): { readonly part: string; readonly added: string | null; readonly empty: object } {
    const kind = this.#open?.kind;
    if (typeof kind === "number") return { part: "response.function_call_arguments", added: null, empty: {} };
    if (kind === "text") return { part: "response.output_text", added: "response.content_part", empty: textPart("") };
    if (this.#isSummary) {
      const empty = { type: "summary_text", text: "" };
      return { part: "response.reasoning_summary_text", added: "response.reasoning_summary_part", empty };
    }
    const empty = { type: "reasoning_text", text: "" };
    return { part: "response.reasoning_text", added: "response.content_part", empty };
  }

  /** Where the open item is. */
  get #place(): object {
    const { kind, item } = this.#open as OpenItem;
    const place = { item_id: item.id, output_index: this.#index };
    if (typeof kind === "number") return place;
    return kind === "reasoning" && this.#isSummary ? { ...place, summary_index: 0 } : { ...place, content_index: 0 };
  }

  get #isSummary(): boolean {
    return this.#parts.call.echo.reasoning.summary !== null;
  }

  #frame(type: string, fields: object): string {
    const sequence_number = this.#number;
    this.#number += 1;
    return eventFrame({ type, sequence_number, ...fields } as { type: string });
  }
}

/** The few codes that a failed response of that API has. */
function failureOf(status: number): string {
  if (status === 429) return "rate_limit_exceeded";
  return status >= 500 ? "server_error" : "invalid_prompt";
}
