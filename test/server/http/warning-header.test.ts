import { expect } from "chai";
import { type Door, openDoor } from "../../support/http-client.js";

const header = "x-locallab-warnings";

describe("X-LocalLab-Warnings", () => {
  let door: Door;
  before(async () => {
    door = await openDoor();
  });
  after(() => door.close());

  it("says what the body says, in printable ASCII", async () => {
    const { json, headers } = await door.post("/generate", { prompt: "x", "größe\n": 1 });
    expect(json.warnings).to.deep.equal(['Unknown fields are ignored: "größe ".']);
    expect(headers[header]).to.equal('Unknown fields are ignored: "gr\\u00f6\\u00dfe ".');
  });

  it("is there before a stream begins, whose frames have no place for warnings", async () => {
    for (const path of ["/generate", "/chat", "/v1/chat/completions"]) {
      const body = { prompt: "x", messages: [{ role: "user", content: "x" }], stream: true, mood: "good" };
      const { headers } = await door.post(path, body);
      expect(headers[header], path).to.contain('"mood"');
    }
  });

  it("is left out where nothing is to be said, and cut where there is too much", async () => {
    expect((await door.post("/generate", { prompt: "x" })).headers).to.not.have.property(header);
    const names = Array.from({ length: 10 }, (_, index) => [`${index}${"ü".repeat(70)}`, 1]);
    const { headers } = await door.post("/generate", { prompt: "x", ...Object.fromEntries(names) });
    expect(headers[header]).to.have.lengthOf.at.most(4096);
  });
});
