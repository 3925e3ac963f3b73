import { expect } from "chai";
import OpenAI from "openai";
import { LengthFinishReasonError } from "openai/core/error";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { nextTokenProbabilities, sampleVocabulary } from "../../src/server/models/sample/sample-language.js";
import { chatTokens, endlessChat, greedyChat, greedyText } from "../support/sample-theory.js";
import { afterCalls, beforeCalls, citySchema, expectedCalls } from "./calling-script.js";
import { cells } from "./cells.js";
import { answer, clientKey, embedded, likeness, models, question } from "./client-lab.js";
import type { ClientLabs } from "./client-labs.js";
import { faultyAnswer } from "./faulty-lab.js";
import { expectErrors } from "./openai-errors.js";
import { rejects } from "./rejects.js";

const messages = [...question];
const asked = { model: models.chat, messages, temperature: 0, max_tokens: 256 };
const tools = expectedCalls.map(({ name }) => ({
  type: "function" as const,
  function: { name, description: "Of a city", parameters: citySchema, strict: true },
}));
const calling = { model: models.calls, messages, tools, temperature: 0 };
/** One object only fits this. */
const Person = z.object({ name: z.literal("Ann"), age: z.literal(3) });
const ann = { name: "Ann", age: 3 };

/** Its tests against these servers, which run by then. */
export function openaiClient(labs: ClientLabs): void {
  describe("the client of OpenAI in TypeScript", () => {
    let client: OpenAI;
    let toFaulty: OpenAI;

    before(() => {
      client = new OpenAI({ baseURL: `${labs.lab.address}/v1`, apiKey: clientKey, maxRetries: 0 });
      toFaulty = new OpenAI({ baseURL: `${labs.faulty.address}/v1`, apiKey: clientKey });
    });

    const called = (calls: readonly OpenAI.ChatCompletionMessageToolCall[] = []) =>
      calls.map((call) => {
        if (call.type !== "function") throw new Error("That is no function.");
        return { name: call.function.name, arguments: JSON.parse(call.function.arguments) as unknown };
      });

    cells("openai (TypeScript)", {
      chat: async () => {
        const reply = await client.chat.completions.create(asked);
        expect(reply.choices[0]?.message).to.include({ role: "assistant", content: answer });
        expect(reply.choices[0]?.finish_reason).to.equal("stop");
        expect(reply.usage?.prompt_tokens).to.equal(chatTokens("sample", messages).length);
        expect(reply._request_id).to.be.a("string").and.match(/./);
      },
      stream: async () => {
        const stream = await client.chat.completions.create({ ...asked, stream: true });
        const chunks: OpenAI.ChatCompletionChunk[] = [];
        for await (const chunk of stream) chunks.push(chunk);
        expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).to.equal(answer);
        expect(chunks[0]?.choices[0]?.delta.role).to.equal("assistant");
        expect(chunks.at(-1)?.choices[0]?.finish_reason).to.equal("stop");
        expect(new Set(chunks.map(({ id, model }) => `${id} ${model}`)).size).to.equal(1);
      },
      usage: async () => {
        const options = { stream_options: { include_usage: true }, n: 2 };
        const stream = client.chat.completions.stream({ ...asked, ...options });
        const { usage, choices } = await stream.finalChatCompletion();
        const { tokens } = greedyChat("sample", messages, 64);
        expect(choices.map(({ message }) => message.content)).to.deep.equal([answer, answer]);
        expect(usage?.completion_tokens).to.equal(2 * tokens.length);
        expect(usage?.total_tokens).to.equal((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
        expect(usage?.prompt_tokens_details?.cached_tokens).to.be.a("number");
        expect(usage?.completion_tokens_details?.reasoning_tokens).to.equal(0);
      },
      n: async () => {
        const whole = await client.chat.completions.create({ ...asked, temperature: 1, seed: 1, n: 3 });
        expect(whole.choices.map(({ index }) => index)).to.deep.equal([0, 1, 2]);
        expect(new Set(whole.choices.map(({ message }) => message.content)).size).to.equal(3);
        const again = await client.chat.completions.create({ ...asked, temperature: 1, seed: 1, n: 3 });
        expect(again.choices).to.deep.equal(whole.choices);
      },
      logprobs: async () => {
        const reply = await client.chat.completions.create({ ...asked, logprobs: true, top_logprobs: 2 });
        const scores = reply.choices[0]?.logprobs?.content ?? [];
        const { tokens } = greedyChat("sample", messages, 64);
        expect(scores.map(({ token }) => token).join("")).to.equal(answer);
        const context = chatTokens("sample", messages);
        for (const [place, token] of tokens.entries()) {
          const chance = nextTokenProbabilities("sample", [...context, ...tokens.slice(0, place)])[token] ?? 0;
          expect(scores[place]?.logprob).to.be.closeTo(Math.log(chance), 1e-3);
          expect(scores[place]?.top_logprobs.map((one) => one.token)[0]).to.equal(scores[place]?.token);
          expect(scores[place]?.top_logprobs).to.have.length(2);
          expect(Buffer.from(scores[place]?.bytes ?? []).toString()).to.equal(
            sampleVocabulary("sample").decode([token]),
          );
        }
      },
      completions: async () => {
        const prompts = ["Hello", "The sea"];
        const body = { model: models.chat, prompt: prompts, temperature: 0, max_tokens: 8 };
        const texts = prompts.map((prompt) => greedyText("sample", prompt, 8).text);
        const reply = await client.completions.create(body);
        expect(reply.choices.map(({ text }) => text)).to.deep.equal(texts);
        const echoed = await client.completions.create({ ...body, echo: true });
        expect(echoed.choices.map(({ text }) => text)).to.deep.equal(prompts.map((one, at) => `${one}${texts[at]}`));
        const streamed: string[] = [];
        for await (const { choices } of await client.completions.create({ ...body, stream: true })) {
          for (const { index, text } of choices) streamed[index] = (streamed[index] ?? "") + text;
        }
        expect(streamed).to.deep.equal(texts);
      },
      responses: async () => {
        const body = { model: models.chat, instructions: "Be brief.", input: question[1].content, temperature: 0 };
        const whole = await client.responses.create(body);
        expect([whole.status, whole.output_text]).to.deep.equal(["completed", answer]);
        const kinds: string[] = [];
        const numbers: number[] = [];
        let text = "";
        for await (const event of await client.responses.create({ ...body, stream: true })) {
          kinds.push(event.type);
          numbers.push(event.sequence_number);
          if (event.type === "response.output_text.delta") text += event.delta;
        }
        expect(text).to.equal(answer);
        expect([kinds[0], kinds.at(-1)]).to.deep.equal(["response.created", "response.completed"]);
        expect(numbers).to.deep.equal(numbers.map((_, place) => place));
        const parsed = await client.responses.parse({ ...body, text: { format: zodTextFormat(Person, "person") } });
        expect(parsed.output_parsed).to.deep.equal(ann);
        await rejects(client.responses.create({ ...body, previous_response_id: "resp_1" }), OpenAI.BadRequestError, {
          param: "previous_response_id",
        });
      },
      tools: async () => {
        const parameters = { ...citySchema, properties: { city: { enum: ["Paris"] } } };
        const one = { type: "function" as const, function: { name: "get_weather", parameters } };
        for (const tool_choice of ["required", { type: "function", function: { name: "get_weather" } }] as const) {
          const reply = await client.chat.completions.create({ ...asked, tools: [one], tool_choice });
          expect(called(reply.choices[0]?.message.tool_calls)).to.deep.equal([expectedCalls[0]]);
          expect(reply.choices[0]?.finish_reason).to.equal("tool_calls");
        }
        const none = await client.chat.completions.create({ ...asked, tools: [one], tool_choice: "none" });
        expect(none.choices[0]?.message.tool_calls ?? []).to.deep.equal([]);
        const free = await client.chat.completions.create({ ...calling, parallel_tool_calls: false });
        expect(called(free.choices[0]?.message.tool_calls)).to.deep.equal([expectedCalls[0]]);
      },
      parallel: async () => {
        const { choices } = await client.chat.completions.create(calling);
        expect(called(choices[0]?.message.tool_calls)).to.deep.equal(expectedCalls);
        expect([choices[0]?.message.content, choices[0]?.finish_reason]).to.deep.equal([beforeCalls, "tool_calls"]);
      },
      toolStream: async () => {
        const stream = client.chat.completions.stream(calling);
        const deltas: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall[] = [];
        stream.on("chunk", ({ choices }) => deltas.push(...(choices[0]?.delta.tool_calls ?? [])));
        const { choices } = await stream.finalChatCompletion();
        expect(called(choices[0]?.message.tool_calls)).to.deep.equal(expectedCalls);
        for (const index of [0, 1]) {
          const [first, ...rest] = deltas.filter((delta) => delta.index === index);
          expect(first).to.deep.include({ index, type: "function" }).and.have.property("id").that.is.a("string");
          expect(first?.function?.name).to.equal(expectedCalls[index]?.name);
          for (const delta of rest) expect(Object.keys(delta).sort()).to.deep.equal(["function", "index"]);
          for (const delta of rest) expect(Object.keys(delta.function ?? {})).to.deep.equal(["arguments"]);
        }
      },
      toolResult: async () => {
        const { choices } = await client.chat.completions.create(calling);
        const turn = choices[0]?.message as OpenAI.ChatCompletionMessage;
        const results = (turn.tool_calls ?? []).map(({ id }) => ({
          role: "tool" as const,
          tool_call_id: id,
          content: "18 C",
        }));
        const reply = await client.chat.completions.create({ ...calling, messages: [...messages, turn, ...results] });
        expect(reply.choices[0]?.message.content).to.equal(afterCalls);
        expect(reply.choices[0]?.finish_reason).to.equal("stop");
      },
      structured: async () => {
        const response_format = zodResponseFormat(Person, "person");
        const reply = await client.chat.completions.parse({ ...asked, response_format });
        expect(reply.choices[0]?.message.parsed).to.deep.equal(ann);
        const streamed = client.chat.completions.stream({ ...asked, response_format });
        expect((await streamed.finalChatCompletion()).choices[0]?.message.parsed).to.deep.equal(ann);
        const cut = client.chat.completions.parse({ ...asked, max_tokens: 2, response_format });
        await rejects(cut, LengthFinishReasonError, {});
      },
      embeddings: async () => {
        const body = { model: models.embeds, input: embedded.map(({ text }) => text) };
        // without a format it asks for base64, and reads it
        const { data, usage } = await client.embeddings.create(body);
        const plain = await client.embeddings.create({ ...body, encoding_format: "float" });
        for (const [place, { vector }] of embedded.entries()) {
          expect(likeness(data[place]?.embedding ?? [], vector)).to.be.above(0.999);
          expect(likeness(plain.data[place]?.embedding ?? [], data[place]?.embedding ?? [])).to.be.closeTo(1, 1e-5);
        }
        expect([usage.total_tokens, data.at(-1)?.index]).to.deep.equal([usage.prompt_tokens, embedded.length - 1]);
        const fewer = client.embeddings.create({ ...body, dimensions: 3 });
        await rejects(fewer, OpenAI.BadRequestError, { param: "dimensions" });
      },
      models: async () => {
        const ids: string[] = [];
        for await (const { id, object } of client.models.list()) if (object === "model") ids.push(id);
        expect(ids).to.include.members([models.chat, models.slashes, models.calls]);
        expect((await client.models.retrieve(models.chat)).id).to.equal(models.chat);
        expect((await client.models.retrieve(models.slashes)).id).to.equal(models.slashes);
        await rejects(client.models.retrieve("nobody"), OpenAI.NotFoundError, { code: "model_not_found" });
      },
      slashes: async () => {
        const reply = await client.chat.completions.create({ ...asked, model: models.slashes });
        expect([reply.model, reply.choices[0]?.message.content]).to.deep.equal([models.slashes, "Hello there! 🦙"]);
      },
      cancel: async () => {
        const endless = { ...asked, messages: [...endlessChat] as typeof messages, max_tokens: 1900 };
        for await (const _ of await client.chat.completions.create({ ...endless, stream: true })) break;
        expect((await labs.lab.ended()).state).to.equal("cancelled");
        const abort = new AbortController();
        const whole = client.chat.completions.create(endless, { signal: abort.signal });
        setTimeout(() => abort.abort(), 100);
        await rejects(whole, OpenAI.APIUserAbortError, {});
        expect((await labs.lab.ended()).state).to.equal("cancelled");
      },
      retries: async () => {
        for (const model of ["once:model_loading:openai", "once:queue_full:openai"]) {
          const reply = await toFaulty.chat.completions.create({ model, messages });
          expect(reply.choices[0]?.message.content).to.equal(faultyAnswer);
          expect(labs.faulty.attempts(model)).to.equal(2);
        }
      },
      errors: () => expectErrors(client, toFaulty),
    });
  });
}
