/** `POST /v1/messages/count_tokens`. */
import { expect } from "chai";
import { type Door, openDoor } from "../../../support/http-client.js";

const path = "/v1/messages/count_tokens";
const ask = { model: "m", messages: [{ role: "user", content: "Hi" }] };

describe("POST /v1/messages/count_tokens", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  it("counts the tokens of the conversation as the model's template writes it", async () => {
    const { status, json, headers } = await door.post(path, ask);
    // "<s>" and "[user: Hi]"
    expect([status, json]).to.deep.equal([200, { input_tokens: 11 }]);
    expect(headers["request-id"]).to.match(/^req_/);
    expect(headers).not.to.have.property("x-locallab-warnings");
    expect((await door.post(path, { ...ask, system: [{ type: "text", text: "Be brief." }] })).json).to.deep.equal({
      input_tokens: 30,
    });
  });

  it("takes the body of a message as it is, and says what it does not read", async () => {
    const { status, headers } = await door.post(path, {
      ...ask,
      max_tokens: 4,
      stream: true,
      temperature: 1,
      drain: 1,
    });
    expect([status, headers["x-locallab-warnings"]]).to.deep.equal([200, 'Unknown fields are ignored: "drain".']);
  });

  it("refuses what is no conversation, in that API's words", async () => {
    const { status, json } = await door.post(path, { ...ask, messages: [] });
    expect([status, json.type, json.error.type]).to.deep.equal([400, "error", "invalid_request_error"]);
  });
});
