/** `GET /v1/models` and `/v1/models/{id}`. */
import { expect } from "chai";
import { fakeEntry } from "../../../support/fake-models.js";
import { openDoor } from "../../../support/http-client.js";
import { openWholeDoor } from "../../../support/whole-door.js";

const entry = (id: string, over: Partial<typeof fakeEntry> = {}): typeof fakeEntry => ({ ...fakeEntry, id, ...over });

describe("models of OpenAI's API", () => {
  it("are those that can be asked, with their aliases", async () => {
    const door = await openDoor({ settings: { alias: ["gpt-4o-mini=tiny", "lost=none", "idle=tiny"] } });
    try {
      const idle = { is_loaded: false, state: "available" } as const;
      door.models.entries = [entry("org/Tiny.gguf"), entry("idle", idle), entry("broken", { ...idle, state: "bad" })];
      const { json } = await door.send("GET", "/v1/models");
      expect(json.object).to.equal("list");
      expect(json.data.map(({ id }: { id: string }) => id)).to.deep.equal(["org/Tiny.gguf", "idle", "gpt-4o-mini"]);
      expect(json.data[0]).to.include({ object: "model", owned_by: "locallab" });
      expect(json.data[0].created).to.be.closeTo(Date.now() / 1000, 100);
    } finally {
      await door.close();
    }
  });

  it("are found one by one, with slashes as they are or encoded, and are 404 otherwise", async () => {
    const door = await openDoor();
    try {
      door.models.entries = [entry("org/a b")];
      for (const path of ["/v1/models/org/a%20b", "/v1/models/org%2Fa%20b"]) {
        expect((await door.send("GET", path)).json).to.include({ id: "org/a b", object: "model" });
      }
      const { status, json } = await door.send("GET", "/v1/models/nosuch");
      expect([status, json.error.code, json.error.param]).to.deep.equal([404, "model_not_found", "model"]);
      expect(json.error.type).to.equal("invalid_request_error");
    } finally {
      await door.close();
    }
  });

  it("are, for a key that may load none, those in memory", async () => {
    const door = await openWholeDoor();
    try {
      door.models.entries = [entry("there"), entry("idle", { is_loaded: false, state: "available" })];
      const { key } = door.passes.create({ name: "Ann", scopes: ["infer"] });
      const { json } = await door.send("GET", "/v1/models", { headers: { Authorization: `Bearer ${key}` } });
      expect(json.data.map(({ id }: { id: string }) => id)).to.deep.equal(["there"]);
    } finally {
      await door.close();
    }
  });
});
