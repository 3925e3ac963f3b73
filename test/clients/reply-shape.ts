/** What a reply must have for the clients that read it, by path. */
import { expect } from "chai";

// biome-ignore lint/suspicious/noExplicitAny: replies are looked at as they came
type Json = any;

const wholeUsage = (usage: Json): void => {
  expect(usage.total_tokens).to.equal(usage.prompt_tokens + (usage.completion_tokens ?? 0));
};

function chatCompletion(reply: Json): void {
  expect(reply).to.include({ object: "chat.completion" }).and.include.keys("id", "created", "model", "choices");
  for (const { message, finish_reason } of reply.choices) {
    expect(message.role).to.equal("assistant");
    expect(message).to.have.property("content");
    expect(finish_reason).to.be.oneOf(["stop", "length", "tool_calls"]);
    for (const call of message.tool_calls ?? []) {
      expect(call).to.include({ type: "function" }).and.have.property("id").that.is.a("string");
      if (finish_reason === "tool_calls") expect(JSON.parse(call.function.arguments)).to.be.an("object");
    }
  }
  wholeUsage(reply.usage);
}

function completion(reply: Json): void {
  expect(reply).to.include({ object: "text_completion" }).and.include.keys("id", "created", "model", "choices");
  for (const { text, index } of reply.choices) expect([typeof text, typeof index]).to.deep.equal(["string", "number"]);
  wholeUsage(reply.usage);
}

function message(reply: Json): void {
  expect(reply).to.include({ type: "message", role: "assistant" }).and.include.keys("id", "model", "stop_sequence");
  expect(reply.stop_reason).to.be.oneOf(["end_turn", "max_tokens", "tool_use", "stop_sequence"]);
  for (const { type } of reply.content) expect(type).to.be.oneOf(["text", "tool_use", "thinking"]);
  expect(reply.usage).to.include.keys("input_tokens", "output_tokens");
}

function response(reply: Json): void {
  expect(reply).to.include({ object: "response" }).and.include.keys("id", "created_at", "model", "output", "error");
  expect(reply.status).to.be.oneOf(["completed", "incomplete"]);
  expect(reply.usage.total_tokens).to.equal(reply.usage.input_tokens + reply.usage.output_tokens);
}

function embeddings(reply: Json): void {
  expect(reply).to.include({ object: "list" }).and.include.keys("data", "model", "usage");
  for (const { object, index } of reply.data) expect([object, typeof index]).to.deep.equal(["embedding", "number"]);
}

const whole: Readonly<Record<string, (reply: Json) => void>> = {
  "/v1/chat/completions": chatCompletion,
  "/v1/completions": completion,
  "/v1/messages": message,
  "/v1/messages/count_tokens": (reply) => expect(reply.input_tokens).to.be.above(0),
  "/v1/responses": response,
  "/v1/embeddings": embeddings,
  "/v1/models": (reply) => expect(reply.data).to.be.an("array").that.is.not.empty,
};

/** Throws where a whole reply lacks what its clients read. */
export function expectWhole(path: string, reply: unknown): void {
  const check = whole[path];
  if (check === undefined) throw new Error(`Nothing is known of replies to ${path}.`);
  check(reply);
}

/** Events of a stream: name, if it has one, and data, which is JSON but for the end of OpenAI's. */
export function eventsOf(text: string): { readonly name: string | undefined; readonly data: string }[] {
  return text
    .split("\n\n")
    .filter((block) => block.includes("data:"))
    .map((block) => ({
      name: /^event: ?(.*)$/m.exec(block)?.[1],
      data: [...block.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line).join("\n"),
    }));
}

/** Throws where a stream's events are not those that its clients wait for. */
export function expectStream(path: string, text: string): void {
  const events = eventsOf(text);
  const last = events.at(-1);
  if (path === "/v1/messages" || path === "/v1/responses") {
    for (const { name, data } of events) expect(JSON.parse(data).type).to.equal(name);
    expect(last?.name).to.be.oneOf(["message_stop", "response.completed", "response.incomplete"]);
    return;
  }
  expect(last?.data).to.equal("[DONE]");
  const chunks = events.slice(0, -1).map(({ data }) => JSON.parse(data) as Json);
  for (const chunk of chunks) expect(chunk.choices).to.be.an("array");
  const finished = chunks.flatMap((chunk) => chunk.choices).filter((choice: Json) => choice.finish_reason !== null);
  expect(finished).to.have.length.at.least(1);
}
