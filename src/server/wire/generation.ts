/** What a client sends to make text, and what it gets back. Wire names, as in the LocalLab API document. */

import type { Logprobs } from "./tokens.js";
import type { CalledTool, ToolOptions } from "./tools.js";

/** Variables of a chat template by name. */
export type TemplateValues = Record<string, TemplateValue | Record<string, TemplateValue>>;
type TemplateValue = string | number | boolean | null;

/** What is added to the scores of tokens: by their ids, or as pairs of id and number; false is -100. */
export type LogitBias = Record<string, number | false> | [token: number, bias: number | false][];

/** A JSON schema, draft 2020-12 or older. */
export type JsonSchema = Record<string, unknown>;

/** How the next token is chosen and when to end. Every field may be left out or null: the default applies. */
// the fields are made from engine/fields.ts: change them there, then `npm run readme`
export interface SamplingOptions {
  /** Id of the model to use, as `GET /models/available` has it: 1 to 512 characters; one that is not loaded is loaded first. Default: the loaded model. */
  model_id?: string | null;
  /** Most new tokens: whole number 1 to 1048576; shortened to what the context leaves, said in `warnings`. Default: 8192. */
  max_length?: number | null;
  /** Randomness: 0 to 2; 0 always takes the likeliest token. Default: 0.7. */
  temperature?: number | null;
  /** Chooses tokens by chance; false always takes the likeliest one, as temperature 0 does. Default: true. */
  do_sample?: boolean | null;
  /** Keeps the likeliest tokens whose probabilities add up to this share: 0 to 1; 1 keeps all. Default: 0.9. */
  top_p?: number | null;
  /** Keeps so many of the likeliest tokens: whole number 0 to 1048576; 0 keeps all. Default: 80. */
  top_k?: number | null;
  /** Drops tokens whose probability is less than this share of the likeliest one's: 0 to 1; 0 keeps all. Default: 0. */
  min_p?: number | null;
  /** Chance, at each token, that of all tokens as probable as `xtc_threshold` only the least probable is kept: 0 to 1; 0 is off. Default: 0. */
  xtc_probability?: number | null;
  /** Probability from which `xtc_probability` counts a token as one of the likely: 0 to 1; above 0.5 there is never more than one, so nothing is dropped. Default: 0.1. */
  xtc_threshold?: number | null;
  /** Pushes down tokens among the last `repeat_last_n` of prompt and answer: 0.1 to 2; 1 is off. Default: 1.15. */
  repetition_penalty?: number | null;
  /** How far `repetition_penalty` looks back: whole number -1 to 1048576; -1 looks at all of the context, 0 at nothing. Default: 64. */
  repeat_last_n?: number | null;
  /** Taken off the score of each token that the answer has already: -2 to 2; the prompt does not count. Default: 0. */
  presence_penalty?: number | null;
  /** Taken off the score of a token for each time that the answer has it already: -2 to 2; the prompt does not count. Default: 0. */
  frequency_penalty?: number | null;
  /** Strength of DRY, which pushes down tokens that would go on with a sequence as it went on before: 0 to 10; 0 is off. Default: 0. */
  dry_multiplier?: number | null;
  /** How DRY grows: the penalty is `dry_multiplier` times this to the power of the tokens beyond `dry_allowed_length`: 1 to 10. Default: 1.75. */
  dry_base?: number | null;
  /** Repeated sequences up to this length are no matter for DRY: whole number 0 to 1024. Default: 2. */
  dry_allowed_length?: number | null;
  /** How far DRY looks back in prompt and answer: whole number -1 to 1048576; -1 looks at all of the context, 0 at nothing. Default: -1. */
  dry_penalty_last_n?: number | null;
  /** Added to the scores of tokens, by their ids: an object of up to 300 numbers by token id, -100 to 100 each; -100 never takes the token, 100 takes no other; llama-server's list of pairs is taken as well. Default: none. */
  logit_bias?: LogitBias | null;
  /** The model does not end its answer before so many tokens: whole number 0 to 1048576; stop texts and limits do; not more than `max_length`. Default: 0. */
  min_tokens?: number | null;
  /** The model does not end its answer: a stop text, a limit or the end of a grammar does. Default: false. */
  ignore_eos?: boolean | null;
  /** Grammar (GBNF) that the answer obeys, from its rule `root`: 1 to 16384 characters; the answer ends where the grammar does; thoughts are free of it. Default: none. */
  grammar?: string | null;
  /** JSON schema that the answer obeys: an object of up to 65536 bytes; what cannot be guaranteed is refused by name; not beside `grammar`. Default: none. */
  json_schema?: JsonSchema | null;
  /** Tells how probable each token of the answer was, and so many of the likeliest in its place: whole number 0 to 20; before temperature, penalties and cuts. Default: none. */
  logprobs?: number | null;
  /** Text that ends the answer and is not part of it: one string or up to 16, 1 to 256 characters each. Default: none. */
  stop?: string | string[] | null;
  /** Start of the random numbers: whole number 0 to 4294967295; the same seed and request give the same text; in a batch the prompt at place i gets seed + i. Default: random, said in the reply. */
  seed?: number | null;
  /** Keeps the answer the same to the last bit, whoever else is being answered and whatever is remembered; a given `seed` says so, too; `GET /models/current` says whether the engine can. Default: false. */
  exact?: boolean | null;
  /** Instructions given to the model before everything else: up to 65536 characters; on `/generate` the prompt is then asked as a chat turn. Default: none. */
  system_prompt?: string | null;
  /** Variables for the model's chat template: an object of up to 4096 bytes; what they do is up to the template, e.g. `{"enable_thinking": false}`; a raw prompt has no template. Default: none. */
  chat_template_kwargs?: TemplateValues | null;
  /** Reads control tokens that a raw prompt spells out, such as `<|im_start|>`, as such; in conversations they are always text. Default: true. */
  parse_special?: boolean | null;
  /** Where a thinking model's thoughts go: `separate` beside the answer, `inline` in its text, with their tags: "separate" or "inline"; without `system_prompt`, `/generate` leaves them in the text. Default: separate. */
  reasoning?: "separate" | "inline" | null;
  /** Most tokens of thoughts; then the thought is closed and the answer begins: whole number 0 to 1048576; 0 lets a model answer without thoughts. Default: no limit. */
  reasoning_budget?: number | null;
  /** Time the request may take, waiting included: 0.1 to 3600 seconds; then it ends with what it has. Default: 180. */
  max_time?: number | null;
  /** Refuses with status 400 whatever would be clamped or ignored with a warning. Default: false. */
  strict?: boolean | null;
}

/** Body of `POST /generate`. */
export interface GenerateRequest extends SamplingOptions {
  /** Text to continue, 1 to 1000000 characters. */
  prompt: string;
  /** true: the answer comes in pieces as they are made. Default false. */
  stream?: boolean | null;
  /** Answers to make, 1 to 8, with the seeds `seed`, `seed` + 1 and so on; several come whole, not as a stream. Default 1. */
  n?: number | null;
}

/** One turn of a conversation. */
export interface ChatMessage {
  /** Who speaks; `tool` says what came of a call. */
  role: "system" | "user" | "assistant" | "tool";
  /** What is said, up to 1000000 characters. */
  content: string;
  /** What the assistant thought before it said that, up to 1000000 characters: the model's template decides what becomes of it. */
  reasoning_content?: string | null;
  /** Calls that the assistant made, up to 128. */
  tool_calls?: CalledTool[] | null;
  /** Of a tool's turn: id of the call that it answers, 1 to 256 characters. */
  tool_call_id?: string | null;
  /** Of a tool's turn: the tool's name, 1 to 64 characters. Default: that of the call. */
  name?: string | null;
}

/** Body of `POST /chat`. */
export interface ChatRequest extends SamplingOptions, ToolOptions {
  /** The conversation so far, 1 to 1000 messages; if the last is the assistant's, it is continued. */
  messages: ChatMessage[];
  /** true: the answer comes in pieces as they are made. Default false. */
  stream?: boolean | null;
  /** Answers to make, 1 to 8, with the seeds `seed`, `seed` + 1 and so on; several come whole, not as a stream. Default 1. */
  n?: number | null;
}

/** Body of `POST /generate/batch`. */
export interface BatchRequest extends SamplingOptions {
  /** 1 to 128 texts to continue, in parallel; answers keep their order. */
  prompts: string[];
}

/** Token counts of one request (or the sum over a batch). */
export interface Usage {
  /** Tokens of the prompt, template included, cached ones too. */
  prompt_tokens: number;
  /** Tokens the model produced; the end-of-turn token is not counted. */
  completion_tokens: number;
  /** Both together. */
  total_tokens: number;
  /** How much of the prompt was already in the model's memory and cost nothing. */
  prompt_tokens_details: { cached_tokens: number };
  /** How many of the model's tokens were thoughts, tags included. */
  completion_tokens_details: { reasoning_tokens: number };
}

/** Where the time went. Milliseconds. */
export interface Timings {
  /** Waiting for a free slot (and for the model to load). */
  queue_ms: number;
  /** Reading the prompt. */
  prefill_ms: number;
  /** From the first token to the last. */
  decode_ms: number;
  /** Tokens that were guessed ahead, from what the prompt and the answer said before. */
  draft_tokens: number;
  /** How many of them were right, and so made in a step with others. */
  accepted_tokens: number;
  /** From the request's arrival to its first token. */
  time_to_first_token_ms: number;
  /** From the request's arrival to its end. */
  total_ms: number;
  /** The tokens after the first, over decode_ms: the first comes from reading the prompt. 0 where there are fewer than two. In a batch of all answers together, from its first token to its last. */
  tokens_per_second: number;
  /** Threads of the last decoding step: as many as had a core to themselves. null where the engine does not tell. */
  threads: number | null;
}

/** Why an answer ended: by itself (or a stop text), by a limit, or because tools were called. */
export type FinishReason = "stop" | "length" | "tool_calls";

/** What stands beside every answer. */
export interface AnswerExtras {
  /** Id of the request, as in `X-Request-Id` and `GET /requests`. */
  id: string;
  /** Id of the model that answered. */
  model: string;
  /** Seed that was used. */
  seed: number;
  usage: Usage;
  timings: Timings;
  /** One sentence for everything that was shortened, ignored or emulated. Empty when nothing was. */
  warnings: string[];
}

/** Answer of `POST /generate`. */
export interface GenerateResponse extends AnswerExtras {
  /** The text that follows the prompt. */
  response: string;
  /** What the model thought before it answered. Left out where it did not, or where that stands in the text. */
  reasoning_content?: string;
  finish_reason: FinishReason;
  /** Where `logprobs` asked for them. */
  logprobs?: Logprobs;
  /** All answers, the first one too, where `n` asked for several: `response` is the first. */
  choices?: GenerateChoice[];
}

/** One of several answers of `POST /generate`; its seed is `seed` + `index`. */
export interface GenerateChoice {
  index: number;
  response: string;
  reasoning_content?: string;
  finish_reason: FinishReason;
  logprobs?: Logprobs;
}

/** Answer of `POST /chat`: one choice, or as many as `n` asked for. */
export interface ChatResponse extends AnswerExtras {
  choices: ChatChoice[];
}

/** One answer of `POST /chat`; its seed is `seed` + `index`. */
export interface ChatChoice {
  index: number;
  message: AssistantMessage;
  finish_reason: FinishReason;
  /** Where `logprobs` asked for them. */
  logprobs?: Logprobs;
}

/** What the model said. */
export interface AssistantMessage {
  role: "assistant";
  content: string;
  /** What it thought before it answered. Left out where it did not, or where that stands in the text. */
  reasoning_content?: string;
  /** Tools that it called, in their order. Left out where it called none. */
  tool_calls?: CalledTool[];
}

/** One prompt of a batch that could not be answered. */
export interface BatchError {
  /** Its place in `prompts`, from 0. */
  index: number;
  /** Stable code, as in the error table. */
  code: string;
  message: string;
}

/** Answer of `POST /generate/batch`. A failed prompt is "" at its place. */
export interface BatchResponse extends AnswerExtras {
  responses: string[];
  /** What the model thought before each answer; null where it did not, or where that stands in the text. */
  reasoning_contents: (string | null)[];
  /** Why each answer ended, in the order of `responses`; null for a failed prompt. */
  finish_reasons: (FinishReason | null)[];
  /** The tokens of each answer, where `logprobs` asked for them; null for a failed prompt. */
  logprobs?: (Logprobs | null)[];
  errors: BatchError[];
}
