import { createOpenAICompatible, type OpenAICompatibleProvider } from "@ai-sdk/openai-compatible";
import {
  APICallError,
  embedMany,
  type FinishReason,
  generateObject,
  generateText,
  stepCountIs,
  streamObject,
  streamText,
  tool,
} from "ai";
import { expect } from "chai";
import { z } from "zod";
import { chatTokens, endlessChat, greedyChat, greedyText } from "../support/sample-theory.js";
import { expectedAnswer, expectedThought } from "../support/thinking-scripts.js";
import { afterCalls, beforeCalls, expectedCalls } from "./calling-script.js";
import { cells } from "./cells.js";
import { answer, clientKey, embedded, likeness, models, question } from "./client-lab.js";
import type { ClientLabs } from "./client-labs.js";
import { expectedError, generationCodes } from "./error-classes.js";
import { faultyAnswer } from "./faulty-lab.js";
import { rejects } from "./rejects.js";

const messages = [...question];
const asked = { messages, temperature: 0, maxOutputTokens: 256, maxRetries: 0 };
const city = z.object({ city: z.string() });
const told: string[] = [];
const tools = {
  get_weather: tool({ description: "Of a city", inputSchema: city }),
  get_time: tool({ description: "Of a city", inputSchema: city }),
};
const run = (kind: string) => async (input: { city: string }) => {
  told.push(`${kind} ${input.city}`);
  return "18 C";
};
const runningTools = {
  get_weather: tool({ description: "Of a city", inputSchema: city, execute: run("get_weather") }),
  get_time: tool({ description: "Of a city", inputSchema: city, execute: run("get_time") }),
};
const ann = { name: "Ann", age: 3 };
const person = z.object({ name: z.literal("Ann"), age: z.literal(3) });

/** Its tests against these servers, which run by then. */
export function aiSdkClient(labs: ClientLabs): void {
  describe("the AI SDK with its provider for compatible servers", () => {
    let provider: OpenAICompatibleProvider;
    let toFaulty: OpenAICompatibleProvider;
    const chat = (id: string = models.chat) => provider(id);

    before(() => {
      const common = { name: "lab", apiKey: clientKey, includeUsage: true, supportsStructuredOutputs: true };
      provider = createOpenAICompatible({ ...common, baseURL: `${labs.lab.address}/v1` });
      toFaulty = createOpenAICompatible({ ...common, baseURL: `${labs.faulty.address}/v1` });
    });

    const called = (calls: readonly { readonly toolName: string; readonly input: unknown }[]) =>
      calls.map(({ toolName, input }) => ({ name: toolName, arguments: input }));

    cells("ai + @ai-sdk/openai-compatible", {
      chat: async () => {
        const { text, finishReason, response } = await generateText({ ...asked, model: chat() });
        expect([text, finishReason, response.modelId]).to.deep.equal([answer, "stop", models.chat]);
      },
      stream: async () => {
        const stream = streamText({ ...asked, model: chat() });
        let text = "";
        for await (const piece of stream.textStream) text += piece;
        expect([text, await stream.finishReason]).to.deep.equal([answer, "stop" satisfies FinishReason]);
      },
      usage: async () => {
        const { usage } = streamText({ ...asked, model: chat() });
        const { inputTokens, outputTokens } = await usage;
        expect(inputTokens).to.equal(chatTokens("sample", messages).length);
        expect(outputTokens).to.equal(greedyChat("sample", messages, 64).tokens.length);
      },
      completions: async () => {
        const body = { prompt: "Hello", temperature: 0, maxOutputTokens: 8, maxRetries: 0 };
        const { text } = await generateText({ ...body, model: provider.completionModel(models.chat) });
        // it makes a transcript of a prompt before it sends it
        expect(text).to.equal(greedyText("sample", "user:\nHello\n\nassistant:\n", 8).text);
      },
      tools: async () => {
        const get_weather = tool({ inputSchema: z.object({ city: z.literal("Paris") }) });
        for (const toolChoice of ["required", { type: "tool", toolName: "get_weather" }] as const) {
          const reply = await generateText({ ...asked, model: chat(), tools: { get_weather }, toolChoice });
          expect(called(reply.toolCalls)).to.deep.equal([expectedCalls[0]]);
          expect(reply.finishReason).to.equal("tool-calls");
        }
      },
      parallel: async () => {
        const reply = await generateText({ ...asked, model: chat(models.calls), tools });
        expect(called(reply.toolCalls)).to.deep.equal(expectedCalls);
        expect([reply.text, reply.finishReason]).to.deep.equal([beforeCalls, "tool-calls"]);
      },
      toolStream: async () => {
        const stream = streamText({ ...asked, model: chat(models.calls), tools });
        expect(called(await stream.toolCalls)).to.deep.equal(expectedCalls);
        expect([await stream.text, await stream.finishReason]).to.deep.equal([beforeCalls, "tool-calls"]);
      },
      toolResult: async () => {
        const stopWhen = stepCountIs(3);
        const reply = await generateText({ ...asked, model: chat(models.calls), tools: runningTools, stopWhen });
        expect(told.splice(0).sort()).to.deep.equal(["get_time Oslo", "get_weather Paris"]);
        expect([reply.text, reply.steps.length]).to.deep.equal([afterCalls, 2]);
      },
      structured: async () => {
        const { object } = await generateObject({ ...asked, model: chat(), schema: person });
        expect(object).to.deep.equal(ann);
        const streamed = streamObject({ ...asked, model: chat(), schema: person });
        for await (const part of streamed.partialObjectStream)
          expect(["Ann", "An", "A", "", undefined]).to.include(part.name);
        expect(await streamed.object).to.deep.equal(ann);
      },
      reasoning: async () => {
        const whole = await generateText({ ...asked, model: chat(models.thinks) });
        const streamed = streamText({ ...asked, model: chat(models.thinks) });
        expect([whole.reasoningText, whole.text]).to.deep.equal([expectedThought, expectedAnswer]);
        expect([await streamed.reasoningText, await streamed.text]).to.deep.equal([expectedThought, expectedAnswer]);
      },
      embeddings: async () => {
        const values = embedded.map(({ text }) => text);
        const { embeddings } = await embedMany({ model: provider.embeddingModel(models.embeds), values });
        for (const [place, { vector }] of embedded.entries()) {
          expect(likeness(embeddings[place] ?? [], vector)).to.be.above(0.999);
        }
      },
      slashes: async () => {
        const { text, response } = await generateText({ ...asked, model: chat(models.slashes) });
        expect([text, response.modelId]).to.deep.equal([expectedAnswer, models.slashes]);
      },
      cancel: async () => {
        const endless = {
          ...asked,
          messages: [...endlessChat] as typeof messages,
          maxOutputTokens: 1900,
          model: chat(),
        };
        const abort = new AbortController();
        const stream = streamText({ ...endless, abortSignal: abort.signal });
        for await (const _ of stream.textStream) abort.abort();
        expect((await labs.lab.ended()).state).to.equal("cancelled");
        await rejects(generateText({ ...endless, abortSignal: AbortSignal.timeout(100) }), Error);
        expect((await labs.lab.ended()).state).to.equal("cancelled");
      },
      retries: async () => {
        for (const model of ["once:model_loading:ai_sdk", "once:queue_full:ai_sdk"]) {
          expect((await generateText({ messages, model: toFaulty(model) })).text).to.equal(faultyAnswer);
          expect(labs.faulty.attempts(model)).to.equal(2);
        }
      },
      errors: async () => {
        const stranger = createOpenAICompatible({ name: "lab", baseURL: `${labs.lab.address}/v1`, apiKey: "wrong" });
        await rejects(generateText({ ...asked, model: stranger(models.chat) }), APICallError, { statusCode: 401 });
        await rejects(generateText({ ...asked, model: chat("nobody") }), APICallError, { statusCode: 404 });
        for (const code of generationCodes) {
          const failing = generateText({ messages, maxRetries: 0, model: toFaulty(`fails:${code}`) });
          const { status } = expectedError("openai", code);
          const error = await rejects(failing, APICallError, { statusCode: status });
          if (code !== "internal_error") expect(error.message).to.include(`This is ${code}.`);
          // what fails again is not asked again
          expect([code, (error as APICallError).isRetryable]).to.deep.equal([code, status >= 500 || status === 429]);
        }
        const parts: string[] = [];
        const midway = streamText({ messages, model: toFaulty("midway:engine_died"), onError: () => {} });
        for await (const part of midway.fullStream) parts.push(part.type);
        expect(parts).to.include.members(["text-delta", "error"]);
      },
    });
  });
}
