/** How `POST /v1/chat/completions` fails: as OpenAI's SDKs want it, from the first check of a request on. */
import { expect } from "chai";
import { LabError } from "../../../../src/server/errors.js";
import { answerWith, FakeModels, failWith } from "../../../support/fake-models.js";
import { openDoor } from "../../../support/http-client.js";

const path = "/v1/chat/completions";
const hello = { model: "fake", messages: [{ role: "user", content: "Hi" }] };

describe("errors of /v1/chat/completions", () => {
  const cases = [
    [
      new LabError("prompt_too_long", "This model's maximum context length is 8 tokens."),
      400,
      "context_length_exceeded",
      "invalid_request_error",
    ],
    [
      new LabError("model_not_found", "No model.", { param: "model_id" }),
      404,
      "model_not_found",
      "invalid_request_error",
    ],
    [new LabError("budget_exhausted", "Used up."), 429, "insufficient_quota", "insufficient_quota"],
    [new LabError("queue_full", "Full.", { retryAfterSeconds: 2 }), 429, "queue_full", "rate_limit_error"],
    [
      new LabError("engine_restarting", "Back soon.", { retryAfterSeconds: 1 }),
      503,
      "engine_restarting",
      "server_error",
    ],
    [new LabError("queue_timeout", "Too late."), 503, "queue_timeout", "server_error"],
    [new Error("secret"), 500, "internal_error", "server_error"],
  ] as const;

  for (const stream of [false, true]) {
    for (const [error, status, code, type] of cases) {
      it(`has status ${status} and the code ${code}${stream ? ", before a stream begins" : ""}`, async () => {
        const door = await openDoor({ models: new FakeModels(failWith(error)) });
        try {
          const reply = await door.post(path, { ...hello, stream });
          expect([reply.status, reply.json.error.code, reply.json.error.type]).to.deep.equal([status, code, type]);
          expect(reply.json).to.have.all.keys("error");
          if (code === "model_not_found") expect(reply.json.error.param).to.equal("model");
          const isFinal = code === "insufficient_quota" || code === "queue_timeout";
          expect(reply.headers["x-should-retry"]).to.equal(isFinal ? "false" : undefined);
        } finally {
          await door.close();
        }
      });
    }
  }

  it("have that API's shape from the first check on: no JSON, no key, no such path", async () => {
    const door = await openDoor({ settings: { apiKey: "key-of-the-tests-0001" } });
    const key = { Authorization: "Bearer key-of-the-tests-0001" };
    try {
      const noKey = await door.post(path, hello);
      const noJson = await door.send("POST", path, {
        headers: { ...key, "Content-Type": "application/json" },
        body: "{",
      });
      const noPath = await door.post("/v1/nowhere", {}, key);
      const seen = [noKey, noJson, noPath].map(({ status, json }) => [status, json.error.code, Object.keys(json)]);
      expect(seen).to.deep.equal([
        [401, "missing_api_key", ["error"]],
        [400, "invalid_request", ["error"]],
        [404, "not_found", ["error"]],
      ]);
      const anthropic = await door.post("/v1/nowhere", {}, { ...key, "anthropic-version": "2023-06-01" });
      expect(anthropic.json).to.deep.include({ type: "error", request_id: anthropic.headers["x-request-id"] });
    } finally {
      await door.close();
    }
  });

  it("is told to come again while a model loads for longer than a client waits", async () => {
    const models = new FakeModels((generation) =>
      generation.heldBy({ position: () => null, letGo: () => {} }, "fake", "loading"),
    );
    const door = await openDoor({ models, timings: { loadWaitMs: 20 } });
    try {
      for (const stream of [false, true]) {
        const { status, json, headers } = await door.post(path, { ...hello, stream });
        expect([status, json.error.code, headers["retry-after"]]).to.deep.equal([503, "model_loading", "2"]);
      }
      expect(models.textsAsked, "the load goes on").to.deep.equal(["fake", "fake"]);
    } finally {
      await door.close();
    }
  });

  it("goes on when the model is there in time", async () => {
    const models = new FakeModels((generation, request, index) => {
      generation.heldBy({ position: () => null, letGo: () => {} }, "fake", "loading");
      setTimeout(() => answerWith(["late"])(generation, request, index), 30);
    });
    const door = await openDoor({ models, timings: { startedWaitMs: 1 } });
    try {
      expect((await door.post(path, hello)).json.choices[0].message.content).to.equal("late");
      expect((await door.post(path, { ...hello, stream: true })).text).to.contain('"content":"late"');
    } finally {
      await door.close();
    }
  });
});
