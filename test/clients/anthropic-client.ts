import Anthropic from "@anthropic-ai/sdk";
import { betaTool } from "@anthropic-ai/sdk/helpers/beta/json-schema";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { expect } from "chai";
import { z } from "zod";
import { chatTokens, endlessChat, greedyChat } from "../support/sample-theory.js";
import { expectedAnswer, expectedThought } from "../support/thinking-scripts.js";
import { afterCalls, beforeCalls, citySchema, expectedCalls } from "./calling-script.js";
import { cells } from "./cells.js";
import { answer, clientKey, models, question } from "./client-lab.js";
import type { ClientLabs } from "./client-labs.js";
import { expectedError, generationCodes } from "./error-classes.js";
import { faultyAnswer } from "./faulty-lab.js";
import { rejects } from "./rejects.js";

const [system, user] = question;
const messages = [user];
const asked = { model: models.chat, system: system.content, messages, temperature: 0, max_tokens: 256 };
const tools = expectedCalls.map(({ name }) => ({ name, description: "Of a city", input_schema: citySchema as never }));
const calling = { model: models.calls, messages, tools, temperature: 0, max_tokens: 256 };
const read = async (stream: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of stream);
};

/** Its tests against these servers, which run by then. */
export function anthropicClient(labs: ClientLabs): void {
  describe("the client of Anthropic in TypeScript", () => {
    let client: Anthropic;
    let toFaulty: Anthropic;

    before(() => {
      client = new Anthropic({ baseURL: labs.lab.address, apiKey: clientKey, maxRetries: 0 });
      toFaulty = new Anthropic({ baseURL: labs.faulty.address, apiKey: clientKey });
    });

    const textOf = ({ content }: Anthropic.Message): string =>
      content.map((block) => (block.type === "text" ? block.text : "")).join("");
    const called = ({ content }: Anthropic.Message) =>
      content.flatMap((block) => (block.type === "tool_use" ? [{ name: block.name, arguments: block.input }] : []));

    cells("@anthropic-ai/sdk", {
      chat: async () => {
        const reply = await client.messages.create(asked);
        expect([reply.type, reply.role, reply.model]).to.deep.equal(["message", "assistant", models.chat]);
        expect([textOf(reply), reply.stop_reason]).to.deep.equal([answer, "end_turn"]);
        const { tokens } = greedyChat("sample", [...question], 64);
        expect(reply.usage.output_tokens).to.equal(tokens.length);
        // older clients send their key and their version in other headers
        const older = { "x-api-key": clientKey, "anthropic-version": "2023-06-01", Authorization: null };
        expect(textOf(await client.messages.create(asked, { headers: older }))).to.equal(answer);
        const begun = { role: "assistant" as const, content: "Seagulls" };
        const goesOn = textOf(await client.messages.create({ ...asked, messages: [user, begun] }));
        expect(`${begun.content}${goesOn}`).to.equal(answer);
        const stopped = await client.messages.create({ ...asked, stop_sequences: [" silver"] });
        expect([textOf(stopped), stopped.stop_reason, stopped.stop_sequence]).to.deep.equal([
          answer.split(" silver")[0],
          "stop_sequence",
          " silver",
        ]);
        const cut = await client.messages.create({ ...asked, max_tokens: 2 });
        expect([cut.stop_reason, cut.usage.output_tokens]).to.deep.equal(["max_tokens", 2]);
      },
      stream: async () => {
        const events: Anthropic.RawMessageStreamEvent[] = [];
        for await (const event of await client.messages.create({ ...asked, stream: true })) events.push(event);
        const kinds = events.map(({ type }) => type).filter((type, place, all) => type !== all[place - 1]);
        expect(kinds).to.deep.equal([
          "message_start",
          "content_block_start",
          "content_block_delta",
          "content_block_stop",
          "message_delta",
          "message_stop",
        ]);
        expect(textOf(await client.messages.stream(asked).finalMessage())).to.equal(answer);
      },
      usage: async () => {
        const { usage } = await client.messages.stream(asked).finalMessage();
        const read =
          usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
        expect(read).to.equal(chatTokens("sample", [...question]).length);
        expect(usage.output_tokens).to.equal(greedyChat("sample", [...question], 64).tokens.length);
      },
      tools: async () => {
        const input_schema = { ...citySchema, properties: { city: { enum: ["Paris"] } } } as never;
        const one = [{ name: "get_weather", input_schema }];
        for (const tool_choice of [{ type: "any" }, { type: "tool", name: "get_weather" }] as const) {
          const reply = await client.messages.create({ ...asked, tools: one, tool_choice });
          expect(called(reply)).to.deep.equal([expectedCalls[0]]);
          expect(reply.stop_reason).to.equal("tool_use");
        }
        const none = await client.messages.create({ ...asked, tools: one, tool_choice: { type: "none" } });
        expect(called(none)).to.deep.equal([]);
        const tool_choice = { type: "auto", disable_parallel_tool_use: true } as const;
        expect(called(await client.messages.create({ ...calling, tool_choice }))).to.deep.equal([expectedCalls[0]]);
      },
      parallel: async () => {
        const reply = await client.messages.create(calling);
        expect(called(reply)).to.deep.equal(expectedCalls);
        expect([textOf(reply), reply.stop_reason]).to.deep.equal([beforeCalls, "tool_use"]);
      },
      toolStream: async () => {
        const stream = client.messages.stream(calling);
        const reply = await stream.finalMessage();
        expect(called(reply)).to.deep.equal(expectedCalls);
        expect([textOf(reply), reply.stop_reason]).to.deep.equal([beforeCalls, "tool_use"]);
      },
      toolResult: async () => {
        const turn = await client.messages.create(calling);
        const content = turn.content.flatMap((block) =>
          block.type === "tool_use"
            ? [
                {
                  type: "tool_result" as const,
                  tool_use_id: block.id,
                  content: [{ type: "text" as const, text: "18 C" }],
                },
              ]
            : [],
        );
        const history = [
          user,
          { role: "assistant" as const, content: turn.content },
          { role: "user" as const, content },
        ];
        const reply = await client.messages.create({ ...calling, messages: history });
        expect([textOf(reply), reply.stop_reason]).to.deep.equal([afterCalls, "end_turn"]);
        // it wants conversations kept by the server, and goes on without where it is told that they are not
        const runnable = tools.map((tool) => betaTool({ ...tool, inputSchema: citySchema, run: () => "18 C" }));
        const runner = client.beta.messages.toolRunner({ ...calling, tools: runnable });
        expect(textOf((await runner) as Anthropic.Message)).to.equal(afterCalls);
      },
      structured: async () => {
        const format = zodOutputFormat(z.object({ name: z.literal("Ann"), age: z.literal(3) }));
        const reply = await client.messages.parse({ ...asked, output_config: { format } });
        expect(reply.parsed_output).to.deep.equal({ name: "Ann", age: 3 });
      },
      reasoning: async () => {
        const body = { ...asked, model: models.thinks, max_tokens: 2048, temperature: 1 };
        const thinking = { type: "enabled", budget_tokens: 1024 } as const;
        const whole = await client.messages.create({ ...body, thinking });
        const streamed = await client.messages.stream({ ...body, thinking }).finalMessage();
        for (const { content } of [whole, streamed]) {
          expect(content.map(({ type }) => type)).to.deep.equal(["thinking", "text"]);
          expect(content[0])
            .to.include({ thinking: expectedThought })
            .and.have.property("signature")
            .that.is.a("string");
          expect(content[1]).to.include({ text: expectedAnswer });
        }
      },
      models: async () => {
        const entries: Anthropic.ModelInfo[] = [];
        for await (const entry of client.models.list()) entries.push(entry);
        expect(entries.map(({ id }) => id)).to.include.members([models.chat, models.slashes, models.calls]);
        expect(entries[0]).to.include({ type: "model" }).and.include.keys("display_name", "created_at");
        expect((await client.models.retrieve(models.slashes)).id).to.equal(models.slashes);
        await rejects(client.models.retrieve("nobody"), Anthropic.NotFoundError, { status: 404 });
      },
      slashes: async () => {
        const reply = await client.messages.create({ ...asked, model: models.slashes });
        expect([reply.model, textOf(reply)]).to.deep.equal([models.slashes, expectedAnswer]);
      },
      count: async () => {
        const { model } = asked;
        const counted = await client.messages.countTokens({ model, system: system.content, messages });
        expect(counted.input_tokens).to.equal(chatTokens("sample", [...question]).length);
        const withTools = await client.messages.countTokens({ model: models.calls, messages, tools });
        const without = await client.messages.countTokens({ model: models.calls, messages });
        expect(withTools.input_tokens).to.be.above(without.input_tokens);
      },
      cancel: async () => {
        const endless = { ...asked, messages: [...endlessChat] as (typeof user)[], max_tokens: 1900 };
        for await (const _ of await client.messages.create({ ...endless, stream: true })) break;
        expect((await labs.lab.ended()).state).to.equal("cancelled");
        const abort = new AbortController();
        const whole = client.messages.create(endless, { signal: abort.signal });
        setTimeout(() => abort.abort(), 100);
        await rejects(whole, Anthropic.APIUserAbortError);
        expect((await labs.lab.ended()).state).to.equal("cancelled");
      },
      retries: async () => {
        for (const model of ["once:model_loading:anthropic", "once:queue_full:anthropic"]) {
          expect(textOf(await toFaulty.messages.create({ model, messages, max_tokens: 16 }))).to.equal(faultyAnswer);
          expect(labs.faulty.attempts(model)).to.equal(2);
        }
      },
      errors: async () => {
        const { APIError, AuthenticationError, BadRequestError, NotFoundError } = Anthropic;
        const stranger = new Anthropic({ baseURL: labs.lab.address, apiKey: "wrong", maxRetries: 0 });
        const unauthorized = await rejects(stranger.messages.create(asked), AuthenticationError, { status: 401 });
        expect(unauthorized).to.have.nested.property("error.error.type", "authentication_error");
        const unknown = await rejects(client.messages.create({ ...asked, model: "nobody" }), NotFoundError);
        expect(unknown).to.have.nested.property("error.type", "error");
        expect(unknown).to.have.nested.property("error.error.type", "not_found_error");
        const hot = { ...asked, top_k: -5 };
        await rejects(client.messages.create(hot), BadRequestError, { status: 400 });
        const long = [{ role: "user" as const, content: "Hello friend. ".repeat(2000) }];
        await rejects(client.messages.create({ ...asked, messages: long }), BadRequestError, { status: 400 });
        for (const code of generationCodes) {
          const body = { model: `fails:${code}`, messages, max_tokens: 16 };
          const error = await rejects(toFaulty.messages.create(body, { maxRetries: 0 }), APIError);
          const { status, name } = expectedError("anthropic", code);
          expect(error, code)
            .to.be.instanceOf(Anthropic[name as "InternalServerError"])
            .and.include({ status });
          expect(error).to.have.property("requestID").that.is.a("string");
          const streamed = toFaulty.messages.create({ ...body, stream: true }, { maxRetries: 0 }).then(read);
          await rejects(streamed, APIError);
        }
        const midway = { model: "midway:engine_died", messages, max_tokens: 16, stream: true } as const;
        await rejects(read(await toFaulty.messages.create(midway)), APIError);
      },
    });
  });
}
