import { expect } from "chai";
import type { LabContext } from "../../../src/server/http/route.js";
import { tellWarnings } from "../../../src/server/http/warning-header.js";
import { type Door, openDoor } from "../../support/http-client.js";

const headerOf = (warnings: readonly string[]): string | undefined => {
  const headers = new Map<string, string>();
  const set = (name: string, value: string): unknown => headers.set(name, value);
  tellWarnings({ set } as unknown as LabContext, warnings);
  return headers.get("X-LocalLab-Warnings");
};

describe("X-LocalLab-Warnings", () => {
  it("is left out where nothing is to be said", () => {
    expect(headerOf([])).to.equal(undefined);
  });

  it("has each sentence once, in characters that a header may have", () => {
    expect(headerOf(["One.", "Two: ü🦙\n.", "One."])).to.equal("One. Two: \\u00fc\\ud83e\\udd99\\u000a.");
  });

  it("is no longer than what clients read", () => {
    expect(headerOf(["x".repeat(10_000)])).to.have.lengthOf(4096);
  });
});

describe("warnings of a request", () => {
  let door: Door;
  before(async () => {
    door = await openDoor();
  });
  after(() => door.close());

  it("says what the body says, in printable ASCII", async () => {
    const { json, headers } = await door.post("/generate", { prompt: "x", "größe\n": 1 });
    expect(json.warnings).to.deep.equal(['Unknown fields are ignored: "größe ".']);
    expect(headers["x-locallab-warnings"]).to.equal('Unknown fields are ignored: "gr\\u00f6\\u00dfe ".');
  });

  it("is there before a stream begins, whose frames have no place for warnings", async () => {
    for (const path of ["/generate", "/chat", "/v1/chat/completions"]) {
      const body = { prompt: "x", messages: [{ role: "user", content: "x" }], stream: true, mood: "good" };
      const { headers } = await door.post(path, body);
      expect(headers["x-locallab-warnings"], path).to.contain('"mood"');
    }
  });

  it("is left out where nothing is to be said, and cut where there is too much", async () => {
    expect((await door.post("/generate", { prompt: "x" })).headers).to.not.have.property("x-locallab-warnings");
    const names = Array.from({ length: 10 }, (_, index) => [`${index}${"ü".repeat(70)}`, 1]);
    const { headers } = await door.post("/generate", { prompt: "x", ...Object.fromEntries(names) });
    expect(headers["x-locallab-warnings"]).to.have.lengthOf.at.most(4096);
  });
});
