import { expect } from "chai";
import { Connection } from "../../../src/notebook/client/connection.js";
import { jsonBody } from "../../../src/notebook/client/json-body.js";
import type { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { connectLab } from "../../../src/notebook/lab/connect-lab.js";
import { startLab } from "../../../src/notebook/start/start-lab.js";
import { FakeLabServer } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

const circle: Record<string, unknown> = {};
circle.self = circle;

/** Bodies that JSON would change in silence, and the field that is named. */
const strange: readonly (readonly [param: string | null, body: unknown])[] = [
  ["max_length", { prompt: "a", max_length: Number.NaN }],
  ["max_length", { max_length: Number("12 000") }],
  ["top_p", { top_p: Number.POSITIVE_INFINITY }],
  ["nested.depth.deep", { nested: { depth: { deep: Number.NEGATIVE_INFINITY } } }],
  ["prompts[2]", { prompts: ["a", "b", Number.NaN] }],
  ["messages[0].weight", { messages: [{ role: "user", weight: 0 / 0 }] }],
  ["when", { when: { toJSON: () => Number.NaN } }],
  [null, { max_length: 12n }],
  [null, circle],
];

describe("the body of a request", () => {
  for (const [param, body] of strange) {
    it(`refuses what JSON would make another value of, and names ${param ?? "why"}`, () => {
      const error = caught(() => jsonBody(body));
      expect(error).to.include({ code: "invalid_request", param });
      if (param !== null)
        expect(error.message).to.match(new RegExp(`^${param.replace(/[.[\]]/g, "\\$&")} is -?(NaN|Inf)`));
    });
  }

  it("writes everything else as JSON does", () => {
    const body = { prompt: "ä\n", n: 0, negative: -1.5, none: null, missing: undefined, list: [1, "x", { a: true }] };
    expect(jsonBody(body).toString("utf8")).to.equal(JSON.stringify(body));
    expect(jsonBody([]).toString("utf8")).to.equal("[]");
  });

  it("is refused before anything is sent, by every call of a lab", async () => {
    const fake = await FakeLabServer.start();
    const lab = await connectLab(fake.url);
    const before = fake.seen.length;
    const calls = [
      lab.generate("a", { max_length: Number.NaN }),
      lab.chat("a", { temperature: Number.NaN }),
      lab.batch(["a"], { max_time: Number.POSITIVE_INFINITY }),
      lab.batch(["a"], { onItem: () => {}, concurrency: Number.NaN }),
      lab.generate("a", { waitSeconds: Number.NaN }),
      lab.generate("a", { waitSeconds: -1 }),
      lab.models.load("sample", { context: Number.NaN }),
      lab.conversation().say("a", { top_k: Number.NaN }),
      lab.publish({ expiresIn: Number.NaN }),
      lab.logs(Number.NaN),
      startLab({ port: Number.NaN, name: "never-started" }),
    ];
    const params = (await Promise.all(calls.map((call) => rejection<LabRequestError>(call)))).map(({ param }) => param);
    const named = ["max_length", "temperature", "max_time", "concurrency", "waitSeconds", "waitSeconds", "context"];
    expect(params).to.deep.equal([...named, "top_k", "expiresIn", "lines", "port"]);
    await lab.stop();
    expect(fake.seen.slice(before).filter(({ method }) => method !== "GET")).to.deep.equal([]);
    await fake.stop();
  });

  it("keeps a budget that is no number from becoming none", async () => {
    const fake = await FakeLabServer.start();
    const connection = new Connection(fake.url, undefined);
    const body = { name: "Ann", max_requests: Number.NaN };
    expect(await rejection(connection.json("POST", "/passes", { body }))).to.include({ param: "max_requests" });
    expect(fake.seen).to.deep.equal([]);
    connection.close();
    await fake.stop();
  });
});

function caught(action: () => unknown): LabRequestError {
  try {
    action();
  } catch (error) {
    return error as LabRequestError;
  }
  throw new Error("It was not refused.");
}
