/** What `POST /v1/responses` warns of and refuses. */
import { expect } from "chai";
import { failWith } from "../../../support/fake-models.js";
import { type Door, openDoor, type Reply } from "../../../support/http-client.js";

const weather = { type: "function", name: "get_weather", parameters: { type: "object" } };

describe("POST /v1/responses, when it cannot have all", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  const post = (body: object): Promise<Reply> => door.post("/v1/responses", { model: "m", input: "Hi", ...body });

  const warned: readonly (readonly [body: object, warning: RegExp])[] = [
    [{ store: true }, /^store has no effect here/],
    [{ truncation: "auto" }, /^truncation has no effect/],
    [{ text: { verbosity: "low" } }, /^text\.verbosity has no effect/],
    [{ include: ["file_search_call.results"] }, /^include has no effect here with "file_search_call\.results"/],
    [{ input: [{ role: "user", content: "Hi", name: "Ann" }] }, /"input\[0\]\.name"/],
    [{ max_tokens: 3 }, /"max_tokens"/],
  ];
  for (const [body, warning] of warned) {
    it(`says what has no effect of ${JSON.stringify(body)}, in the answer and in a header`, async () => {
      const { json, headers } = await post(body);
      expect(json.warnings.join()).to.match(warning);
      expect(headers["x-locallab-warnings"]).to.equal(json.warnings.join(" "));
      expect((await post({ ...body, strict: true })).status).to.equal(400);
    });
  }

  const refused: readonly (readonly [body: object, param: string])[] = [
    [{ input: undefined }, "input"],
    [{ input: [] }, "input"],
    [{ previous_response_id: "resp_1" }, "previous_response_id"],
    [{ conversation: "conv_1" }, "conversation"],
    [{ background: true }, "background"],
    [{ prompt: { id: "pmpt_1" } }, "prompt"],
    [{ tools: [{ type: "web_search" }] }, "tools[0].type"],
    [{ tools: [{ ...weather, strict: true, parameters: { type: "object", if: {} } }] }, "tools[0].parameters"],
    [{ tools: [weather], tool_choice: { type: "function", name: "none" } }, "tool_choice"],
    [{ tool_choice: "required" }, "tool_choice"],
    [{ temperature: 3 }, "temperature"],
    [{ top_logprobs: 21 }, "top_logprobs"],
    [{ reasoning: { effort: "deep" } }, "reasoning.effort"],
    [{ text: { format: { type: "json_schema", name: "x", schema: { if: {} } } } }, "text.format.schema"],
    [{ metadata: { a: 1 } }, "metadata.a"],
  ];
  for (const [body, param] of refused) {
    it(`refuses ${JSON.stringify(body)} by ${param}`, async () => {
      const { status, json } = await post(body);
      expect([status, json.error.type, json.error.param]).to.deep.equal([400, "invalid_request_error", param]);
    });
  }

  it("fails as that API does", async () => {
    door.models.script = failWith(new Error("secret"));
    const { status, json } = await post({});
    expect([status, json.error.type]).to.deep.equal([500, "server_error"]);
  });
});
