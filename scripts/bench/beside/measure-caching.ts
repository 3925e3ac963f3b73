import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { CachingRow, Maker } from "./beside-report.js";
import type { BesideServer } from "./beside-server.js";

/** Several conversations at once on four slots, as agents and classes have them. */
export interface CachingWorkload {
  readonly what: string;
  readonly conversations: number;
  readonly turns: number;
  /** The text that all of them begin with. */
  readonly system: string;
  readonly answerTokens: number;
  /** Whether the conversations ask at the same time, turn by turn; else one after the other: A B C D A B C D … */
  readonly together: boolean;
}

const rules = Array.from({ length: 12 }, (_, place) => `Rule ${place + 1}: answer politely, briefly and to the point.`);
const shortSystem = `You are a helpful assistant. ${rules[0]} Never repeat the question, and never list more than three things.`;
const longSystem = `You are a helpful assistant for a class. ${rules.join(" ")} Never repeat the question.`;

export const cachingWorkloads: readonly CachingWorkload[] = [
  {
    what: "4 conversations in turns, long system text",
    conversations: 4,
    turns: 4,
    system: longSystem,
    answerTokens: 32,
    together: false,
  },
  {
    what: "4 conversations in turns, short system text",
    conversations: 4,
    turns: 4,
    system: shortSystem,
    answerTokens: 48,
    together: false,
  },
  {
    what: "4 conversations at once, long system text",
    conversations: 4,
    turns: 4,
    system: longSystem,
    answerTokens: 32,
    together: true,
  },
  {
    what: "5 conversations in turns, long system text",
    conversations: 5,
    turns: 4,
    system: longSystem,
    answerTokens: 32,
    together: false,
  },
];

/** Slots that the workloads are for. */
export const cachingSlots = 4;

const questions = [
  "What is it good for?",
  "Give one example.",
  "And what speaks against it?",
  "Say it in simpler words.",
];
const topics = ["bread", "bicycles", "winter", "music", "gardens"];

/** What one fresh server computes of the prompts of a workload. */
export async function measureCaching(
  server: BesideServer,
  workload: CachingWorkload,
  signal: AbortSignal,
): Promise<CachingRow[Maker]> {
  const { conversations, turns, system, together } = workload;
  const open = Array.from({ length: conversations }, () => [{ role: "system", content: system }]);
  const sum = { prompt: 0, computed: 0 };
  const ask = async (messages: { role: string; content: string }[], place: number, turn: number): Promise<void> => {
    messages.push({
      role: "user",
      content: turn === 0 ? `Tell me about ${topics[place]}.` : (questions[turn] ?? "Go on."),
    });
    const { content, prompt, cached } = await chat(server, messages, workload.answerTokens, signal);
    messages.push({ role: "assistant", content });
    sum.prompt += prompt;
    sum.computed += prompt - cached;
  };
  for (let turn = 0; turn < turns; turn++) {
    if (together) await Promise.all(open.map((messages, place) => ask(messages, place, turn)));
    else for (const [place, messages] of open.entries()) await ask(messages, place, turn);
  }
  return sum;
}

interface ChatAnswer {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly prompt_tokens_details?: { readonly cached_tokens?: number };
  };
}

async function chat(
  { maker, target }: BesideServer,
  messages: readonly object[],
  tokens: number,
  signal: AbortSignal,
): Promise<{ content: string; prompt: number; cached: number }> {
  const own = { max_length: tokens, repetition_penalty: 1 };
  const path = maker === "ours" ? "/chat" : "/v1/chat/completions";
  const body = JSON.stringify({ messages, temperature: 0, ...(maker === "ours" ? own : { max_tokens: tokens }) });
  const answer = await new Promise<string>((resolve, reject) => {
    request(new URL(path, target.url), { method: "POST", headers: { "content-type": "application/json" }, signal })
      .once("error", reject)
      .once("response", (response) => {
        text(response).then((whole) => {
          if (response.statusCode === 200) resolve(whole);
          else
            reject(
              new Error(`POST ${path} of ${target.url.origin} answered ${response.statusCode}: ${whole.slice(0, 300)}`),
            );
        }, reject);
      })
      .end(body);
  });
  const { choices, usage } = JSON.parse(answer) as ChatAnswer;
  return {
    content: choices[0]?.message.content ?? "",
    prompt: usage.prompt_tokens,
    cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
  };
}
