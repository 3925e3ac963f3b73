import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { sendCall } from "../../scripts/storm/send-call.js";
import type { Call } from "../../scripts/storm/storm-plan.js";

const whole: Call = {
  kind: "generate",
  method: "POST",
  path: "/generate",
  body: { prompt: "The sea" },
  limitMs: 2000,
  leaveAfter: null,
};
const stream: Call = { ...whole, kind: "stream", body: { prompt: "The sea", stream: true } };
const frame = 'data: {"response":"x"}\n\n';

describe("a call of a storm", () => {
  let server: Server;
  let answer: (response: ServerResponse) => void = () => {};
  const end = async (call: Call): Promise<[end: string, isAllowed: boolean]> => {
    const { port } = server.address() as AddressInfo;
    const outcome = await sendCall(`http://127.0.0.1:${port}`, "key", call, new AbortController().signal);
    return [outcome.end, outcome.isAllowed];
  };
  before(async () => {
    server = createServer((request, response) => {
      request.resume().once("end", () => answer(response));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const cases: Readonly<Record<string, [Call, (response: ServerResponse) => void, [string, boolean]]>> = {
    "a whole answer": [whole, (response) => response.end('{"response":"x"}'), ["answer", true]],
    "an answer cut off": [whole, (response) => response.write('{"resp', () => response.destroy()), ["cut off", false]],
    "an answer that is no JSON": [whole, (response) => response.end("sorry"), ["200 unreadable", false]],
    "an error with a code": [
      whole,
      (response) => response.writeHead(503).end('{"error":{"code":"engine_died"}}'),
      ["503 engine_died", true],
    ],
    "an error without a code": [
      whole,
      (response) => response.writeHead(400).end('{"detail":"no"}'),
      ["400 without a code", false],
    ],
    "an error that nobody foresaw": [
      whole,
      (response) => response.writeHead(500).end('{"error":{"code":"internal_error"}}'),
      ["500 internal_error", false],
    ],
    "a stream with its end mark": [stream, (response) => response.end(`${frame}data: [DONE]\n\n`), ["answer", true]],
    "a stream ended by an error": [
      stream,
      (response) => response.end(`${frame}data: {"error":{"code":"engine_died"}}\n\n`),
      ["200 engine_died", true],
    ],
    "a stream without an end mark": [stream, (response) => response.end(frame), ["cut off", false]],
    "a stream that breaks off": [
      stream,
      (response) => response.write(frame, () => response.destroy()),
      ["cut off", false],
    ],
    "a stream its client leaves": [
      { ...stream, kind: "leave", leaveAfter: 1 },
      (response) => response.write(frame),
      ["left", true],
    ],
  };
  it("notes what was said where chance had no part in it", async () => {
    const { port } = server.address() as AddressInfo;
    const said = async (temperature: number, isStream: boolean) => {
      const { body } = isStream ? stream : whole;
      const call = { ...whole, body: { ...body, temperature } };
      const outcome = await sendCall(`http://127.0.0.1:${port}`, "key", call, new AbortController().signal);
      return outcome.said;
    };
    const expected = { question: '/generate m "The sea"', text: "xy" };
    answer = (response) => response.end('{"model":"m","response":"xy"}');
    expect(await said(0, false)).to.deep.equal(expected);
    expect(await said(0.8, false)).to.equal(null);
    answer = (response) =>
      response.end('data: {"model":"m","response":"x"}\n\ndata: {"model":"m","response":"y"}\n\ndata: [DONE]\n\n');
    expect(await said(0, true)).to.deep.equal(expected);
  });

  for (const [what, [call, respond, expected]] of Object.entries(cases)) {
    it(`tells ${what}`, async () => {
      answer = respond;
      expect(await end(call)).to.deep.equal(expected);
    });
  }
});
