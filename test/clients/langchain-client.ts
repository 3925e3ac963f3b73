import { type AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, type ChatOpenAIFields, OpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { expect } from "chai";
import { z } from "zod";
import { chatTokens, endlessPrompt, greedyChat, greedyText } from "../support/sample-theory.js";
import { expectedAnswer, expectedThought } from "../support/thinking-scripts.js";
import { afterCalls, beforeCalls, expectedCalls } from "./calling-script.js";
import { cells } from "./cells.js";
import { answer, clientKey, embedded, likeness, models, question } from "./client-lab.js";
import type { ClientLabs } from "./client-labs.js";
import { expectedError, generationCodes } from "./error-classes.js";
import { faultyAnswer } from "./faulty-lab.js";
import { rejects } from "./rejects.js";

const messages = [new SystemMessage(question[0].content), new HumanMessage(question[1].content)];
const city = z.object({ city: z.string() });
const tools = expectedCalls.map(({ name }) =>
  tool(async () => "18 C", { name, description: "Of a city", schema: city }),
);
const ann = { name: "Ann", age: 3 };
const person = z.object({ name: z.literal("Ann"), age: z.literal(3) });

/** Its tests against these servers, which run by then. */
export function langchainClient(labs: ClientLabs): void {
  describe("LangChain's client of OpenAI in TypeScript", () => {
    const chat = (fields: ChatOpenAIFields = {}): ChatOpenAI =>
      new ChatOpenAI({
        model: models.chat,
        temperature: 0,
        maxTokens: 256,
        maxRetries: 0,
        apiKey: clientKey,
        configuration: { baseURL: `${labs.lab.address}/v1` },
        ...fields,
      });
    const toFaulty = (model: string, maxRetries = 0): ChatOpenAI =>
      chat({ model, maxRetries, configuration: { baseURL: `${labs.faulty.address}/v1` } });
    const streamed = async (stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> => {
      let whole: AIMessageChunk | undefined;
      for await (const chunk of stream) whole = whole === undefined ? chunk : whole.concat(chunk);
      return whole ?? new AIMessageChunk("");
    };
    const called = ({ tool_calls = [] }: AIMessage | AIMessageChunk) =>
      tool_calls.map(({ name, args }) => ({ name, arguments: args }));

    cells("@langchain/openai", {
      chat: async () => {
        const reply = await chat().invoke(messages);
        expect([reply.content, reply.response_metadata.finish_reason]).to.deep.equal([answer, "stop"]);
        expect(reply.usage_metadata?.output_tokens).to.equal(greedyChat("sample", [...question], 64).tokens.length);
      },
      stream: async () => {
        const reply = await streamed(await chat().stream(messages));
        expect([reply.content, reply.response_metadata.finish_reason]).to.deep.equal([answer, "stop"]);
      },
      usage: async () => {
        const { usage_metadata: usage } = await streamed(await chat({ streamUsage: true }).stream(messages));
        expect(usage?.input_tokens).to.equal(chatTokens("sample", [...question]).length);
        expect(usage?.output_tokens).to.equal(greedyChat("sample", [...question], 64).tokens.length);
      },
      n: async () => {
        const { generations } = await chat({ n: 2 }).generate([messages]);
        expect(generations[0]?.map(({ text }) => text)).to.deep.equal([answer, answer]);
      },
      logprobs: async () => {
        const { response_metadata } = await chat({ logprobs: true, topLogprobs: 2 }).invoke(messages);
        const { content } = response_metadata.logprobs as { content: { token: string; top_logprobs: unknown[] }[] };
        expect(content.map(({ token }) => token).join("")).to.equal(answer);
        expect(content.map(({ top_logprobs }) => top_logprobs.length)).to.deep.equal(content.map(() => 2));
      },
      completions: async () => {
        const model = new OpenAI({
          model: models.chat,
          temperature: 0,
          maxTokens: 8,
          apiKey: clientKey,
          configuration: { baseURL: `${labs.lab.address}/v1` },
        });
        const { text } = greedyText("sample", "Hello", 8);
        expect(await model.invoke("Hello")).to.equal(text);
        let pieces = "";
        for await (const piece of await model.stream("Hello")) pieces += piece;
        expect(pieces).to.equal(text);
      },
      tools: async () => {
        const schema = z.object({ city: z.literal("Paris") });
        const one = [tool(async () => "18 C", { name: "get_weather", description: "Of a city", schema })];
        for (const tool_choice of ["required", "get_weather"]) {
          expect(called(await chat().bindTools(one, { tool_choice }).invoke(messages))).to.deep.equal([
            expectedCalls[0],
          ]);
        }
        const free = chat({ model: models.calls }).bindTools(tools, { parallel_tool_calls: false });
        expect(called(await free.invoke(messages))).to.deep.equal([expectedCalls[0]]);
      },
      parallel: async () => {
        const reply = await chat({ model: models.calls }).bindTools(tools).invoke(messages);
        expect(called(reply)).to.deep.equal(expectedCalls);
        expect([reply.content, reply.invalid_tool_calls]).to.deep.equal([beforeCalls, []]);
      },
      toolStream: async () => {
        const reply = await streamed(await chat({ model: models.calls }).bindTools(tools).stream(messages));
        expect(called(reply)).to.deep.equal(expectedCalls);
        expect(reply.response_metadata.finish_reason).to.equal("tool_calls");
      },
      toolResult: async () => {
        const model = chat({ model: models.calls }).bindTools(tools);
        const turn = await model.invoke(messages);
        const results = (turn.tool_calls ?? []).map(({ id = "" }) => new ToolMessage("18 C", id));
        expect((await model.invoke([...messages, turn, ...results])).content).to.equal(afterCalls);
      },
      structured: async () => {
        for (const method of ["jsonSchema", "functionCalling"] as const) {
          expect(await chat().withStructuredOutput(person, { method }).invoke(messages)).to.deep.equal(ann);
        }
      },
      reasoning: async () => {
        const reply = await streamed(await chat({ model: models.thinks }).stream(messages));
        expect([reply.additional_kwargs.reasoning_content, reply.content]).to.deep.equal([
          expectedThought,
          expectedAnswer,
        ]);
      },
      embeddings: async () => {
        const configuration = { baseURL: `${labs.lab.address}/v1` };
        const model = new OpenAIEmbeddings({ model: models.embeds, apiKey: clientKey, configuration });
        const vectors = await model.embedDocuments(embedded.map(({ text }) => text));
        for (const [place, { vector }] of embedded.entries()) {
          expect(likeness(vectors[place] ?? [], vector)).to.be.above(0.999);
        }
      },
      slashes: async () => {
        expect((await chat({ model: models.slashes }).invoke(messages)).content).to.equal(expectedAnswer);
      },
      cancel: async () => {
        const endless = [new HumanMessage(`Tell me about it. ${endlessPrompt}`)];
        for await (const _ of await chat({ maxTokens: 1900 }).stream(endless)) break;
        expect((await labs.lab.ended()).state).to.equal("cancelled");
        await rejects(chat({ maxTokens: 1900 }).invoke(endless, { signal: AbortSignal.timeout(100) }), Error);
        expect((await labs.lab.ended()).state).to.equal("cancelled");
      },
      retries: async () => {
        for (const model of ["once:model_loading:langchain", "once:queue_full:langchain"]) {
          expect((await toFaulty(model, 2).invoke(messages)).content).to.equal(faultyAnswer);
          expect(labs.faulty.attempts(model)).to.equal(2);
        }
      },
      errors: async () => {
        await rejects(chat({ apiKey: "wrong" }).invoke(messages), Error, { status: 401 });
        await rejects(chat({ model: "nobody" }).invoke(messages), Error, { status: 404, code: "model_not_found" });
        const overflow = await rejects(chat().invoke([new HumanMessage("Hello friend. ".repeat(2000))]), Error);
        expect(overflow.name).to.equal("ContextOverflowError");
        for (const code of generationCodes) {
          await rejects(toFaulty(`fails:${code}`).invoke(messages), Error, {
            ...(code !== "prompt_too_long" && { status: expectedError("openai", code).status }),
          });
        }
        await rejects(toFaulty("midway:engine_died").stream(messages).then(streamed), Error);
      },
    });
  });
}
