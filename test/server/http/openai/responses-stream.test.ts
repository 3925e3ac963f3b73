/** `POST /v1/responses` as a stream of events. */
import { expect } from "chai";
import { LabError } from "../../../../src/server/errors.js";
import { answerWith } from "../../../support/fake-models.js";
import { type Door, openDoor } from "../../../support/http-client.js";
import { sayPieces, thinkingAnswer } from "../../../support/say-pieces.js";
import { openStream } from "../../../support/stream-reader.js";

interface Shown {
  type: string;
  sequence_number: number;
  output_index?: number;
  item?: { type: string; status: string };
  part?: { type: string; text: string };
  delta?: string;
  text?: string;
  arguments?: string;
}

const shortly = ({ type, output_index, item, part, delta, text, arguments: args }: Shown): string =>
  [type.replace("response.", ""), output_index, item?.type, item?.status, part?.type, part?.text, delta, text, args]
    .filter((one) => one !== undefined && one !== "")
    .join(" ");

describe("POST /v1/responses, streamed", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  /** The events of a stream, each with the name its frame says, numbered from 0. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever is there
  async function streamed(body: object = {}): Promise<any[]> {
    const stream = await openStream(door.port, "/v1/responses", {
      model: "m",
      input: "Hi",
      seed: 3,
      ...body,
      stream: true,
    });
    const frames = (await stream.end()).split("\n\n").filter(Boolean);
    return frames.map((frame, index) => {
      const [, name, json = ""] = /^event: ([\w.]+)\ndata: (.*)$/.exec(frame) ?? [];
      const event = JSON.parse(json);
      expect([event.type, event.sequence_number]).to.deep.equal([name, index]);
      return event;
    });
  }

  it("tells thoughts, text and calls one after the other", async () => {
    door.models.script = sayPieces(thinkingAnswer, "toolCalls");
    const events = await streamed();
    expect(events.map(shortly)).to.deep.equal([
      "created",
      "in_progress",
      "output_item.added 0 reasoning in_progress",
      "content_part.added 0 reasoning_text",
      "reasoning_text.delta 0 Oh",
      "reasoning_text.delta 0  so",
      "reasoning_text.done 0 Oh so",
      "content_part.done 0 reasoning_text Oh so",
      "output_item.done 0 reasoning completed",
      "output_item.added 1 message in_progress",
      "content_part.added 1 output_text",
      "output_text.delta 1 Let me",
      "output_text.delta 1  look.",
      "output_text.done 1 Let me look.",
      "content_part.done 1 output_text Let me look.",
      "output_item.done 1 message completed",
      "output_item.added 2 function_call in_progress",
      'function_call_arguments.delta 2 {"city":',
      'function_call_arguments.delta 2 "Paris"}',
      'function_call_arguments.done 2 {"city":"Paris"}',
      "output_item.done 2 function_call completed",
      "output_item.added 3 function_call in_progress",
      "function_call_arguments.delta 3 {}",
      "function_call_arguments.done 3 {}",
      "output_item.done 3 function_call completed",
      "completed",
    ]);
    expect(events[0].response).to.include({ status: "in_progress", usage: null, completed_at: null });
    expect(events[11]).to.deep.include({ content_index: 0, logprobs: [], item_id: events[9].item.id });
    expect(events[19]).to.deep.include({ item_id: events[16].item.id, name: "get_weather" });
  });

  it("ends with the same response that a whole answer is", async () => {
    for (const body of [{}, { reasoning: { summary: "auto" }, include: ["reasoning.encrypted_content"] }]) {
      door.models.script = sayPieces(thinkingAnswer, "toolCalls");
      const { json } = await door.post("/v1/responses", { model: "m", input: "Hi", seed: 3, ...body });
      const { response } = (await streamed(body)).at(-1);
      const plain = (given: object): unknown =>
        JSON.parse(JSON.stringify(given).replace(/"(?:resp|rs|msg|fc)_[\w-]+"/g, '"id"'), (name, value) =>
          /_at$|^timings$/.test(name) ? undefined : value,
        );
      expect(plain(response)).to.deep.equal(plain(json));
    }
  });

  it("tells thoughts as a summary where that was asked for", async () => {
    door.models.script = sayPieces(thinkingAnswer.slice(0, 3));
    const events = await streamed({ reasoning: { summary: "concise" } });
    expect(events.slice(2, 9).map(shortly)).to.deep.equal([
      "output_item.added 0 reasoning in_progress",
      "reasoning_summary_part.added 0 summary_text",
      "reasoning_summary_text.delta 0 Oh",
      "reasoning_summary_text.delta 0  so",
      "reasoning_summary_text.done 0 Oh so",
      "reasoning_summary_part.done 0 summary_text Oh so",
      "output_item.done 0 reasoning completed",
    ]);
    expect(events[4]).to.include({ summary_index: 0 }).and.not.have.property("content_index");
  });

  it("tells how probable tokens were beside the text they are in, a part of a character with the rest of it", async () => {
    const score = (byte: number): object => ({ id: byte, bytes: [byte], logprob: -1, top: [] });
    door.models.script = sayPieces([
      { text: "", scores: [score(0xc3)] as never },
      { text: "ü", scores: [score(0xbc)] as never },
    ]);
    const events = await streamed({ top_logprobs: 0 });
    const [delta, done, closed] = events.slice(4, 7);
    expect(delta.logprobs.map(({ id }: { id: number }) => id)).to.deep.equal([0xc3, 0xbc]);
    expect(done.logprobs).to.deep.equal(delta.logprobs);
    expect(closed.part.logprobs).to.deep.equal(delta.logprobs);
  });

  it("is incomplete where a limit ended it, its last item too", async () => {
    door.models.script = answerWith(["a"], { finishReason: "length" });
    const events = await streamed();
    expect(events.slice(-2).map(shortly)).to.deep.equal(["output_item.done 0 message incomplete", "incomplete"]);
    expect(events.at(-1).response).to.deep.include({ incomplete_details: { reason: "max_output_tokens" } });
  });

  it("has one message, empty, where nothing was said", async () => {
    door.models.script = answerWith([]);
    expect((await streamed()).map(shortly)).to.deep.equal([
      "created",
      "in_progress",
      "output_item.added 0 message in_progress",
      "content_part.added 0 output_text",
      "output_text.done 0",
      "content_part.done 0 output_text",
      "output_item.done 0 message completed",
      "completed",
    ]);
  });

  it("ends with the failed response and the error where it fails", async () => {
    door.models.script = (generation, { maxTokens }) => {
      generation.begin({ promptTokens: 7, maxTokens });
      generation.push({ text: "Hel" }, 1);
      generation.fail(new LabError("engine_died", "The engine died.", { retryAfterSeconds: 1 }));
    };
    const [failed, last] = (await streamed()).slice(-2);
    expect(failed.type).to.equal("response.failed");
    expect(failed.response).to.deep.include({
      status: "failed",
      error: { code: "server_error", message: "The engine died." },
    });
    const error = { message: "The engine died.", type: "server_error", param: null, code: "engine_died" };
    expect(last).to.deep.include({
      type: "error",
      code: "engine_died",
      message: "The engine died.",
      param: null,
      error,
    });
  });
});
