/**
 * The port: what the house knows of an engine, whatever it is made of.
 *
 * One suite, `test/contract/engine-contract.ts`, runs against every implementation. Nothing above this room knows of a
 * process, a socket or a slot's memory.
 */
import type { Caller } from "./caller.js";
import type { Generation } from "./generation.js";
import type { Texts } from "./texts.js";

/**
 * `ready` serves. `unresponsive` does not answer just now: requests wait, and it either comes back or is ended and
 * started again. `restarting` comes back by itself. `failed` stays down until a model is loaded anew.
 */
export type EngineState = "ready" | "unresponsive" | "restarting" | "failed" | "closing" | "closed";

/** What turns conversations into prompts. */
export interface TemplateFacts {
  /** The template in the file, one that the owner gave at the load, or a form that is only guessed. */
  readonly source: "file" | "given" | "guess";
  /** Which guess it is and why, for who asks and for the warnings of every such reply; null where it is none. */
  readonly note: string | null;
}

/** What the vectors of a model for embeddings are. */
export interface VectorFacts {
  readonly dimensions: number;
  /** Shorter lengths that its makers trained it for, the longest first, or all from `least` on; empty where there are none. */
  readonly shorter: readonly number[] | { readonly least: number };
  /** What a text may be said to be for, as the model's card names it: such texts get a prefix. Empty where there are none. */
  readonly inputTypes: readonly string[];
}

/** How a model marks its thoughts. */
export interface ReasoningFacts {
  /** Every text that begins or ends a thought, or stands around the answer. */
  readonly markers: readonly string[];
  /** What the form was read off, for people. */
  readonly source: string;
}

/** What is known of a model once it is loaded. */
export interface EngineFacts {
  /** Tokens a request may use, prompt and answer together. */
  readonly context: number;
  readonly trainContext: number;
  readonly architecture: string;
  readonly parameters: number;
  readonly sizeBytes: number;
  /** "cpu", "cuda", "metal" or "vulkan". */
  readonly backend: string;
  /** Names of the devices; empty on the CPU. */
  readonly devices: readonly string[];
  /** Threads used for decoding; null where that is not known. */
  readonly threads: number | null;
  /** Layers on the GPU of all layers; null where that is not known. */
  readonly gpuLayers: number | null;
  readonly totalLayers: number | null;
  /** Whether a request for exactness can be honoured. */
  readonly exact: Exactness;
  readonly loadMs: number;
  /** null for a model that writes no text. */
  readonly chatTemplate: TemplateFacts | null;
  /** null for a model that shows no sign of thoughts. */
  readonly reasoning: ReasoningFacts | null;
  /** Undefined for a model whose vectors nobody asks for. */
  readonly vectors?: VectorFacts | undefined;
}

/** Whether the same request and seed give the same answer to the last bit whoever runs beside it, and why. */
export interface Exactness {
  readonly holds: boolean;
  readonly reason: string;
}

/** What an engine can do. A claim switches the contract's tests on, so a false one fails. */
export interface Capabilities {
  /** Runs the model's own chat template. */
  readonly chat: boolean;
  /** The same seed and request give the same answer when they run alone. */
  readonly seeds: boolean;
  /** Writes text. */
  readonly writes: boolean;
  /** Turns texts into vectors. */
  readonly embeds: boolean;
  /** Says how well texts answer a query. */
  readonly ranks: boolean;
}

export interface EngineMemory {
  /** All that it holds, also outside of its process. */
  readonly residentBytes: number;
  /** Of these, conversations that had to leave their slots: `forget(null)` gives them back. */
  readonly keptBytes: number;
  /** null where there is no GPU. */
  readonly gpuBytes: number | null;
  /** Threads of the last decoding step: fewer than `EngineFacts.threads` while others keep cores busy. null before the first. */
  readonly threadsInUse: number | null;
}

export interface Engine {
  /** Id of the model, for replies and messages. */
  readonly modelId: string;
  readonly state: EngineState;
  /** Why it is not ready, as a sentence; null while it is. */
  readonly reason: string | null;
  readonly facts: EngineFacts;
  readonly can: Capabilities;
  /** Requests that can run at once. */
  readonly slots: number;
  readonly busy: number;
  readonly waiting: number;

  /** The process that computes, for those who manage this machine; undefined where there is none of ours. */
  readonly pid?: number | undefined;

  /** The last measurement; undefined until the first. Asks for a fresh one. */
  memory(): EngineMemory | undefined;
  /** Throws what a new request of this caller would be refused with now: `engine_failed`, `queue_full` … */
  assertAccepts(caller: Caller): void;
  /** Its template and vocabulary. Throws what `assertAccepts` throws, but for a full queue. */
  texts(): Texts;
  /** Runs the generation in its turn, and drives it with everything that happens. */
  submit(generation: Generation): void;
  /** Uses at most so many threads from the next step on: other engines compute as well. */
  useThreads(threads: number): void;
  /** Drops what is remembered of a key that opens nothing any more; null: conversations outside of slots, of all keys. */
  forget(key: string | null): void;
  /** While true, keeps one slot for the owner. Does nothing where there is one slot only. */
  keepOwnerSlot(keep: boolean): void;
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>;
  /** Cancels what runs and waits with `shutting_down` and ends it. Resolves within 5 s, also when its process hangs. */
  close(): Promise<void>;
}
