/** How `POST /v1/messages` fails: as Anthropic's SDKs want it, from the first check of a request on. */
import { expect } from "chai";
import { LabError } from "../../../../src/server/errors.js";
import { FakeModels, failWith } from "../../../support/fake-models.js";
import { apiKey, openDoor } from "../../../support/http-client.js";

const path = "/v1/messages";
const ask = { model: "m", max_tokens: 16, messages: [{ role: "user", content: "Hi" }] };

describe("errors of /v1/messages", () => {
  const cases: readonly (readonly [error: Error, status: number, type: string, shouldRetry?: string])[] = [
    [new LabError("prompt_too_long", "It has 9 tokens; 8 fit."), 400, "invalid_request_error"],
    [new LabError("model_not_found", "No model.", { param: "model_id" }), 404, "not_found_error"],
    [new LabError("insufficient_scope", "No."), 403, "permission_error"],
    [new LabError("budget_exhausted", "Used up."), 429, "rate_limit_error", "false"],
    [new LabError("rate_limited", "Slow down.", { retryAfterSeconds: 3 }), 429, "rate_limit_error"],
    [new LabError("queue_full", "Full.", { retryAfterSeconds: 2 }), 529, "overloaded_error"],
    [new LabError("model_loading", "Loading.", { retryAfterSeconds: 2 }), 529, "overloaded_error"],
    [new LabError("engine_failed", "It stays down."), 503, "api_error", "false"],
    [new LabError("request_cancelled", "Cancelled."), 499, "invalid_request_error"],
    [new Error("secret"), 500, "api_error"],
  ];

  for (const stream of [false, true]) {
    for (const [error, status, type, shouldRetry] of cases) {
      const code = error instanceof LabError ? error.code : "internal_error";
      it(`${code} is ${status} ${type}${stream ? ", before a stream begins" : ""}`, async () => {
        const door = await openDoor({ models: new FakeModels(failWith(error)) });
        try {
          const reply = await door.post(path, { ...ask, stream });
          const { json, headers } = reply;
          expect(reply.status).to.equal(status);
          expect(json).to.have.all.keys("type", "error", "request_id");
          expect([json.type, json.error.type, json.error.details.error_code]).to.deep.equal(["error", type, code]);
          expect(json.request_id).to.match(/^req_/).and.to.equal(headers["request-id"]);
          expect(headers["x-should-retry"]).to.equal(shouldRetry);
          expect(reply.text).not.to.contain("secret");
          const { retryAfterSeconds } = error as Partial<LabError>;
          if (retryAfterSeconds !== undefined) expect(headers["retry-after"]).to.equal(String(retryAfterSeconds));
        } finally {
          await door.close();
        }
      });
    }
  }

  it("call the field by its name there, and say in that API's words that a prompt is too long", async () => {
    const door = await openDoor();
    try {
      door.models.script = failWith(new LabError("model_not_found", "No model.", { param: "model_id" }));
      expect((await door.post(path, ask)).json.error.details.param).to.equal("model");
      door.models.script = failWith(new LabError("prompt_too_long", "It has 9 tokens; 8 fit."));
      expect((await door.post(path, ask)).json.error.message).to.equal("prompt is too long: It has 9 tokens; 8 fit.");
    } finally {
      await door.close();
    }
  });

  it("tell a client that wants its conversation kept to send all of it, in the code that its SDKs know", async () => {
    const door = await openDoor();
    try {
      const { status, json } = await door.post(path, { ...ask, thread: { type: "create" } });
      expect([status, json.error.details.error_code]).to.deep.equal([400, "thread_unsupported_request"]);
    } finally {
      await door.close();
    }
  });

  it("have that API's shape from the first check on: no key, no JSON, no such path", async () => {
    const door = await openDoor({ settings: { apiKey } });
    const headers = { "x-api-key": apiKey, "anthropic-version": "2023-06-01" };
    try {
      const replies = [
        await door.post(path, ask),
        await door.post(path, ask, { "x-api-key": "wrong" }),
        await door.send("POST", path, { headers: { ...headers, "Content-Type": "application/json" }, body: "{" }),
        await door.post(path, ask, { ...headers, "Content-Type": "text/plain" }),
        await door.post("/v1/batches", {}, headers),
        await door.send("GET", path, { headers }),
      ];
      expect(replies.map(({ status, json }) => `${status} ${json.error.type}`)).to.deep.equal([
        "401 authentication_error",
        "401 authentication_error",
        "400 invalid_request_error",
        "415 invalid_request_error",
        "404 not_found_error",
        "405 invalid_request_error",
      ]);
    } finally {
      await door.close();
    }
  });

  it("takes a key by either of its headers", async () => {
    const door = await openDoor({ settings: { apiKey } });
    try {
      for (const headers of [{ "x-api-key": apiKey }, { Authorization: `Bearer ${apiKey}` }]) {
        expect((await door.post(path, ask, headers as unknown as Record<string, string>)).status).to.equal(200);
      }
    } finally {
      await door.close();
    }
  });

  const use = { type: "tool_use", id: "t1", name: "go", input: {} };
  const result = { type: "tool_result", tool_use_id: "t1", content: "x" };
  const turn = (role: string, content: unknown): object => ({
    messages: [
      { role: "user", content: "Hi" },
      { role, content },
    ],
  });
  const refused: readonly (readonly [body: object, param: string, words: RegExp])[] = [
    [{ max_tokens: undefined }, "max_tokens", /is missing/],
    [{ max_tokens: 0 }, "max_tokens", /1 to/],
    [{ model: undefined }, "model", /is missing/],
    [{ messages: [] }, "messages", /a list of 1/],
    [{ temperature: 1.5 }, "temperature", /0 to 1/],
    [{ top_p: -1 }, "top_p", /0 to 1/],
    [{ stop_sequences: "END" }, "stop_sequences", /a list/],
    [{ stop_sequences: [""] }, "stop_sequences[0]", /1 to 256/],
    [{ thinking: { type: "enabled" } }, "thinking.budget_tokens", /missing/],
    [{ thinking: { type: "deep" } }, "thinking.type", /"enabled"/],
    [{ system: 3 }, "system", /a text, or/],
    [{ container: "c" }, "container", /runs no code/],
    [{ mcp_servers: [{ name: "x" }] }, "mcp_servers", /calls no other servers/],
    [turn("tool", "x"), "messages[1].role", /one of/],
    [turn("user", [{ type: "image", source: {} }]), "messages[1].content[0].type", /"image".*texts only/],
    [turn("user", [{ type: "document", source: {} }]), "messages[1].content[0].type", /"document"/],
    [turn("user", [{ type: "constructor" }]), "messages[1].content[0].type", /"constructor"/],
    [turn("user", [use]), "messages[1].content[0]", /turn of the assistant/],
    [turn("assistant", [result]), "messages[1].content[0]", /turn of the user/],
    [turn("user", [result]), "messages[1].content[0].tool_use_id", /no tool_use/],
    [
      turn("user", [{ ...result, content: [{ type: "image", source: {} }] }]),
      "messages[1].content[0].content[0].type",
      /"image"/,
    ],
  ];
  for (const [body, param, words] of refused) {
    it(`names ${param} in ${JSON.stringify(body)}`, async () => {
      const door = await openDoor();
      try {
        const { status, json } = await door.post(path, { ...ask, ...body });
        expect([status, json.error.type, json.error.details.param]).to.deep.equal([
          400,
          "invalid_request_error",
          param,
        ]);
        expect(json.error.message).to.match(words);
      } finally {
        await door.close();
      }
    });
  }

  it("refuses calls with arguments nested deeper than anything that means something", async () => {
    const door = await openDoor();
    try {
      const deep = `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
      const body = `{"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"go","input":${deep}}]}]}`;
      const { status, json } = await door.send("POST", path, { headers: { "Content-Type": "application/json" }, body });
      expect([status, json.error.details.param]).to.deep.equal([400, "messages[0].content[0].input"]);
    } finally {
      await door.close();
    }
  });
});
