/** What clients do and what engines suffer, drawn from a seed. Pure: nothing here waits or sends. */
import { randomNumbers } from "../models/random-blocks.js";

export type CallKind = "generate" | "chat" | "stream" | "leave" | "load" | "unload" | "look";

/** One call of a client. */
export interface Call {
  readonly kind: CallKind;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Milliseconds after which the call must have ended, measuring slack not counted. */
  readonly limitMs: number;
  /** Frames after which the client goes away; null for one that stays. */
  readonly leaveAfter: number | null;
}

/** What happens to an engine process. */
export interface Blow {
  /** "hang" stops it and never lets it go on, "pause" lets it go on after `pauseMs`. */
  readonly kind: "kill" | "hang" | "pause";
  readonly pauseMs: number;
  /** Milliseconds of peace before it. */
  readonly waitMs: number;
  /** Which engine, as a share of those there are, from 0 to below 1. */
  readonly which: number;
}

/** Seconds a request may take beyond its `max_time`: to end an engine that does not answer, and to say so. */
const graceMs = 2000;
/** The server's `load-timeout` in a storm: a load without progress ends after this. */
export const loadTimeoutSeconds = 10;
/** Longest `max_time` of a request, in seconds. */
const longestSeconds = 6;
/** Milliseconds in which an engine that hangs is ended. */
const endMs = 5000;
/** A model leaves memory once its requests are over. */
const unloadMs = longestSeconds * 1000 + graceMs + endMs;
/** One load at a time: the one before may hang, then one that has to leave, then the load itself. */
const loadMs = 2 * loadTimeoutSeconds * 1000 + endMs + unloadMs;

/** Prompts that end soon and prompts whose answer is only ended by its limits. */
const prompts = ["The sea", "A cat", "Hello", "Music is", "The endless river", "The endless river"];

export class StormPlan {
  readonly #next: () => number;
  readonly #models: readonly string[];

  /** `lane` makes the plans of several clients differ under one seed. */
  constructor(seed: number, lane: number, models: readonly string[]) {
    this.#next = randomNumbers(seed + 7919 * lane);
    this.#models = models;
  }

  call(): Call {
    const model = this.#chance(0.8) ? {} : { model_id: this.#oneOf(this.#models) };
    const maxTime = this.#whole(1, longestSeconds);
    const limits = { max_length: this.#whole(5, 300), max_time: maxTime, temperature: this.#oneOf([0, 0.8]) };
    const limitMs = maxTime * 1000 + graceMs;
    const prompt = this.#oneOf(prompts);
    const messages = [{ role: "user", content: `Tell me about ${prompt.toLowerCase()}` }];
    const ask = (kind: CallKind, path: string, body: object, leaveAfter: number | null = null): Call => {
      return { kind, method: "POST", path, body: { ...body, ...limits, ...model }, limitMs, leaveAfter };
    };
    const draw = this.#share();
    if (draw < 0.35) return ask("generate", "/generate", { prompt });
    if (draw < 0.45) return ask("chat", "/chat", { messages });
    if (draw < 0.7) return ask("stream", "/generate", { prompt, stream: true });
    if (draw < 0.85) return ask("leave", "/generate", { prompt, stream: true }, this.#whole(0, 12));
    if (draw < 0.89) {
      const body = { model_id: this.#oneOf(this.#models) };
      return { kind: "load", method: "POST", path: "/models/load", body, limitMs: loadMs, leaveAfter: null };
    }
    if (draw < 0.9) {
      return { kind: "unload", method: "POST", path: "/models/unload", body: {}, limitMs: unloadMs, leaveAfter: null };
    }
    const path = this.#oneOf(["/models/available", "/models/current", "/requests", "/system/info", "/ready"]);
    return { kind: "look", method: "GET", path, body: null, limitMs: graceMs, leaveAfter: null };
  }

  blow(): Blow {
    const draw = this.#share();
    const kind = draw < 0.4 ? "kill" : draw < 0.8 ? "pause" : "hang";
    return { kind, pauseMs: this.#whole(300, 3000), waitMs: this.#whole(500, 4000), which: this.#share() };
  }

  #share(): number {
    return this.#next() / 2 ** 32;
  }

  #chance(share: number): boolean {
    return this.#share() < share;
  }

  #whole(min: number, max: number): number {
    return min + Math.floor(this.#share() * (max - min + 1));
  }

  #oneOf<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#share() * values.length)] as Value;
  }
}
