/** What OpenAI's client for TypeScript throws. */
import { expect } from "chai";
import OpenAI from "openai";
import { models, question } from "./client-lab.js";
import { expectedError, generationCodes } from "./error-classes.js";
import { rejects } from "./rejects.js";

const messages = [...question];
const asked = { model: models.chat, messages };

/** Fails where an error of the server, or of the one that fails as it is told, is not the right one. */
export async function expectErrors(client: OpenAI, toFaulty: OpenAI): Promise<void> {
  const { BadRequestError, AuthenticationError, NotFoundError, APIError } = OpenAI;
  const stranger = client.withOptions({ apiKey: "wrong" });
  const create = (body: OpenAI.ChatCompletionCreateParamsNonStreaming) => client.chat.completions.create(body);
  await rejects(stranger.models.list(), AuthenticationError, { status: 401, code: "invalid_api_key" });
  await rejects(create({ ...asked, model: "nobody" }), NotFoundError, { code: "model_not_found" });
  await rejects(create({ ...asked, temperature: 3 }), BadRequestError, { param: "temperature" });
  const long = [{ role: "user" as const, content: "Hello friend. ".repeat(2000) }];
  const overflow = await rejects(create({ ...asked, messages: long }), BadRequestError, {
    code: "context_length_exceeded",
  });
  expect(overflow.message).to.include("maximum context length is 2048 tokens");
  for (const code of generationCodes) {
    const { status, name } = expectedError("openai", code);
    const body = { model: `fails:${code}`, messages, stream: false } as const;
    const error = await rejects(toFaulty.chat.completions.create(body, { maxRetries: 0 }), APIError, { status });
    expect([code, error.constructor.name]).to.deep.equal([code, name]);
    expect(error).to.have.property("requestID").that.is.a("string");
    expect(error).to.have.property("code").that.is.a("string");
    await rejects(toFaulty.chat.completions.create({ ...body, stream: true }, { maxRetries: 0 }), APIError, {
      status,
    });
  }
  const midway = await toFaulty.chat.completions.create({ model: "midway:engine_died", messages, stream: true });
  const read = async (): Promise<void> => {
    for await (const _ of midway);
  };
  await rejects(read(), APIError, { code: "engine_died" });
}
