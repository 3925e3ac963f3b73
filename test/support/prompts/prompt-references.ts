/**
 * What the makers' templates and tokenizers make of ten conversations, for 41 families.
 *
 * Taken from transformers 5.24.0 with jinja2 3.1.6 and from llama.cpp v0.5.0 with the very files that
 * `scripts/models/families` makes; where the two disagree, what is right was decided case by case. Rendered on
 * 2026-03-09; texts with a date in them say where it stands.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { ChatMessage } from "../../../src/server/wire/generation.js";

/** A right prompt. */
export interface ReferencePrompt {
  /** Without the BOS that a tokenizer adds. */
  readonly prompt: string;
  /** With it. */
  readonly ids: readonly number[];
  /** Dates in the text, and how many ids in front of the first and behind the last are always the same. */
  readonly date?: { readonly texts: readonly string[]; readonly before: number; readonly after: number };
}

export interface ReferenceCase {
  /** Any of these is right. */
  readonly right: readonly ReferencePrompt[];
  /** The template refuses the conversation, so a refusal is right as well. */
  readonly mayRefuse?: true;
  /** What the user wrote has no right ids, for the file makes it tokens of its own: any without a control token do. */
  readonly anySafe?: true;
}

export interface ReferenceFamily {
  /** Text of the BOS that the tokenizer adds; null where it adds none. */
  readonly bos: string | null;
  /** Ids of control tokens that the conversation `control_text` spells out. */
  readonly controls: readonly number[];
  readonly cases: Readonly<Record<string, ReferenceCase>>;
}

export const promptReferences: {
  readonly conversations: Readonly<Record<string, ChatMessage[]>>;
  readonly families: Readonly<Record<string, ReferenceFamily>>;
} = JSON.parse(gunzipSync(readFileSync(new URL("references.json.gz", import.meta.url))).toString("utf8"));
