import { expect } from "chai";
import { ConnectedLab } from "../../../src/notebook/lab/connected-lab.js";
import { inviteText } from "../../../src/notebook/publish/invite-text.js";
import { PassBook } from "../../../src/server/access/pass-book.js";
import type { PassEntry } from "../../../src/server/wire/passes.js";
import { openDoor, ownerKey } from "../../support/http-client.js";

const pass: PassEntry = {
  id: "pass_1",
  name: "Ann",
  scopes: ["infer"],
  state: "active",
  created_at: "2026-11-28T10:00:00.000Z",
  expires_at: "2026-11-28T18:00:00.000Z",
  max_requests: 1000,
  max_tokens: 1,
  models: ["sample"],
  requests: 0,
  tokens: 0,
  running: 0,
  last_used_at: null,
};

describe("an invitation", () => {
  const text = inviteText(pass, "https://a.ngrok.app", "lab_pass_key");

  it("has address, key, model, until when, budget and code", () => {
    expect(text).to.match(/^Ann, this is your access/);
    expect(text).to.contain("Address: https://a.ngrok.app/v1\nKey: lab_pass_key\nModel: sample\n");
    expect(text).to.match(/Good until: 28 Nov 2026, \d\d:00:00\nBudget: 1,000 requests, 1 token\n/);
    expect(text).to.contain('base_url="https://a.ngrok.app/v1"').and.contain('baseURL: "https://a.ngrok.app/v1"');
  });

  it("says what has no end, no limit and no model of its own, and an address that is of no use elsewhere", () => {
    const free = { ...pass, expires_at: null, max_requests: null, max_tokens: null, models: null };
    const local = inviteText(free, "http://127.0.0.1:8000", "lab_pass_key");
    expect(local).to.contain("Model: any; GET /v1/models lists them\nGood until: it is revoked\nBudget: no limit\n");
    expect(local).to.contain("works on the machine of the lab only");
    expect(text).not.to.contain("works on the machine of the lab only");
  });

  it("is had of a pass that was just made, and lets its holder in", async () => {
    const passes = new PassBook();
    const door = await openDoor({ parts: { passes } });
    const lab = await ConnectedLab.connect(`http://127.0.0.1:${door.port}`, ownerKey);
    try {
      const ann = await lab.passes.create({ name: "Ann", maxRequests: 3 });
      const [, address = "", key = ""] = /^Address: (\S+)\nKey: (\S+)$/m.exec(ann.invite()) ?? [];
      expect(key).to.equal(ann.key.reveal());
      expect(JSON.stringify(ann)).to.not.contain(key).and.not.contain("invite");
      const guest = await ConnectedLab.connect(address.replace(/\/v1$/, ""), key);
      expect((await guest.chat("x")).text).to.equal("Hello world");
      await guest.stop();
    } finally {
      await lab.stop();
      await door.close();
      passes.close();
    }
  });
});
