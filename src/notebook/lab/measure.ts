/** Asks a lab for vectors of texts, and how well documents answer a query. */
import type { EmbeddingsResponse, RerankResponse } from "../../server/wire/measures.js";
import type { CallOptions, Connection } from "../client/connection.js";
import { OngoingWork } from "../client/ongoing.js";
import { LabRequestError } from "../client/request-error.js";
import { refuseUnknownOptions } from "../client/wire-options.js";
import { shownWhenThere } from "../displays/awaited.js";
import { ranksView, vectorsView, vectorView } from "../displays/measures-view.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import type { View } from "../displays/view.js";
import { type RequestOptions, splitOptions } from "./ask.js";

/** Options of `lab.embed` and `lab.rerank`. */
export interface MeasureOptions extends RequestOptions {
  /** Id of the model. Default the one of its kind in memory. */
  model_id?: string;
  /** Reads the beginning of a text that is too long, and says so, where it would be refused. Default false. */
  truncate?: boolean;
  /** Seconds a request may take, waiting included, 0.1 to 3600. Default 600. */
  max_time?: number;
}

/** Options of `lab.embed`. */
export interface EmbedOptions extends MeasureOptions {
  /** What the texts are for, where the model's card asks for prefixes: "query", "document". Default: they get none. */
  input_type?: string;
  /** Numbers of a vector, where the model was trained for fewer. Default the model's own. */
  dimensions?: number;
}

/** Options of `lab.rerank`. */
export interface RerankOptions extends MeasureOptions {
  /** The best so many are given. Default all. */
  top_n?: number;
}

/** A document and how well it answers the query. */
export interface RankedDocument {
  /** Its place in the list that was given, from 0. */
  index: number;
  /** 0 to 1. */
  score: number;
  text: string;
}

const ofBoth = ["model_id", "truncate", "max_time", "background", "waitSeconds", "signal"];
/** Texts of one request, and characters of all of them: bodies have a limit, and an interrupt waits for one of them at most. */
const mostTexts = 256;
const mostCharacters = 200_000;
/** Seconds a request may take where `max_time` does not say, and those that its answer may take beyond. */
const usualMaxTime = 600;
const answerSeconds = 10;

export function embed(
  connection: Connection,
  input: string | readonly string[],
  options: EmbedOptions = {},
): Promise<number[] | number[][]> {
  refuseUnknownOptions("lab.embed", [...ofBoth, "input_type", "dimensions"], options);
  const notes = new Set<string>();
  const ask = async (part: string | string[], body: object, signal: AbortSignal): Promise<number[][]> => {
    const sent = call({ ...body, input: part }, signal, options);
    const answer = await connection.json<EmbeddingsResponse>("POST", "/v1/embeddings", sent);
    for (const note of notesOf(answer)) notes.add(note);
    return vectorsOf(answer);
  };
  if (typeof input === "string") {
    const view = (vector: number[]): View => vectorView(vector, input, [...notes]);
    const vector = measured(options, async (signal, body) => (await ask(input, body, signal))[0] ?? []);
    return shown(vector, view);
  }
  const texts = [...input];
  const view = (vectors: number[][]): View => vectorsView(vectors, texts, [...notes]);
  const vectors = measured(options, async (signal, body) => {
    const all: number[][] = [];
    for (const part of partsOf(texts)) {
      const some = await ask(part, body, signal).catch((error: unknown) => {
        throw placedAt(error, all.length);
      });
      all.push(...some);
    }
    return all;
  });
  return shown(vectors, view);
}

/** Shows what comes, and what came shows itself. */
function shown<Value extends object>(promise: Promise<Value>, view: (value: Value) => View): Promise<Value> {
  return shownWhenThere(
    promise.then((value) => selfDisplaying(value, view)),
    view,
  );
}

export function rerank(
  connection: Connection,
  query: string,
  documents: readonly string[],
  options: RerankOptions = {},
): Promise<RankedDocument[]> {
  refuseUnknownOptions("lab.rerank", [...ofBoth, "top_n"], options);
  let notes: string[] = [];
  const ranked = measured(options, async (signal, body): Promise<RankedDocument[]> => {
    const sent = call({ ...body, query, documents: [...documents], return_documents: false }, signal, options);
    const answer = await connection.json<RerankResponse>("POST", "/v1/rerank", sent);
    notes = notesOf(answer);
    return answer.results.map(({ index, relevance_score: score }) => ({ index, score, text: documents[index] ?? "" }));
  });
  return shown(ranked, (value) => ranksView(value, notes));
}

/** Work that an interrupt of the cell cancels; `body` is what of the options goes to the server. */
function measured<Value, Options extends MeasureOptions>(
  options: Options,
  work: (signal: AbortSignal, body: object) => Promise<Value>,
): Promise<Value> {
  const { sampling: body, request } = splitOptions(options);
  return new OngoingWork((signal) => work(signal, body), request).then((value) => value);
}

function call(
  body: object,
  signal: AbortSignal,
  { max_time = usualMaxTime, waitSeconds }: MeasureOptions,
): CallOptions {
  const headSeconds = max_time + answerSeconds;
  return { body, signal, waitSeconds, loadingSeconds: max_time, headSeconds, silenceSeconds: headSeconds };
}

/** Texts in lists that one request may have, in their order; none where there is no text. */
function partsOf(texts: readonly string[]): string[][] {
  const parts: string[][] = [];
  let characters = 0;
  for (const text of texts) {
    const last = parts.at(-1);
    const hasRoom = last !== undefined && last.length < mostTexts && characters + text.length <= mostCharacters;
    if (hasRoom) last.push(text);
    else parts.push([text]);
    characters = hasRoom ? characters + text.length : text.length;
  }
  return parts;
}

const vectorsOf = ({ data }: EmbeddingsResponse): number[][] =>
  [...data].sort((one, other) => one.index - other.index).map(({ embedding }) => embedding as number[]);

function notesOf({ model, usage, warnings = [] }: EmbeddingsResponse | RerankResponse): string[] {
  return [`${model} · ${usage.prompt_tokens} tokens`, ...warnings];
}

/** The error with the place of its text among all of the cell's. */
function placedAt(error: unknown, before: number): unknown {
  if (!(error instanceof LabRequestError) || before === 0) return error;
  const moved = (text: string): string =>
    text.replace(/\binput\[(\d+)\]/g, (_, index: string) => `input[${Number(index) + before}]`);
  const { code, param, ...details } = error;
  return new LabRequestError(code, moved(error.message), { ...details, param: param === null ? null : moved(param) });
}
