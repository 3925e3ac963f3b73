/** `GET /requests` and `DELETE /requests/{id}`, and the log behind them. */
import { expect } from "chai";
import { Generation } from "../../../src/server/engine/generation.js";
import { LabError } from "../../../src/server/errors.js";
import { RequestLog } from "../../../src/server/http/request-log.js";
import { FakeModels, finishWith } from "../../support/fake-models.js";
import { apiKey, type Door, openDoor, ownerKey } from "../../support/http-client.js";
import { rawRequest, testCaller } from "../../support/requests.js";

const owner = { id: "owner", name: "owner", isOwner: true, scopes: new Set([]) };
const ann = { id: "ann", name: "ann", isOwner: false, scopes: new Set([]) };

describe("RequestLog", () => {
  const running = (log: RequestLog, id: string, client: string): Generation => {
    const generation = new Generation(rawRequest("x"), testCaller);
    log.begin(id, "POST /generate", client).add(generation);
    return generation;
  };

  it("tells where a request is", () => {
    const log = new RequestLog();
    const generation = running(log, "r1", "ann");
    generation.heldBy({ position: () => (generation.state === "queued" ? 3 : null), letGo: () => {} }, "fake");
    expect(log.list(ann).active[0]).to.include({ state: "queued", position: 3, prompt_tokens: null, status: null });
    generation.begin({ promptTokens: 9, maxTokens: 100 });
    expect(log.list(ann).active[0]).to.include({ state: "prefilling", position: null, prompt_tokens: 9 });
    generation.push({ text: "secret words" }, 2);
    expect(log.list(ann).active[0]).to.include({ state: "decoding", completion_tokens: 2 });
    expect(JSON.stringify(log.list(owner))).to.not.contain("secret");
  });

  it("remembers the last hundred that ended, newest first, without their texts", () => {
    const log = new RequestLog();
    for (let index = 0; index < 250; index += 1) {
      const generation = new Generation(rawRequest("x"), testCaller);
      const record = log.begin(`r${index}`, "POST /chat", "ann");
      record.add(generation);
      finishWith(generation, "secret words", 2);
      record.end(200);
      record.end(500);
    }
    const { active, recent } = log.list(ann);
    expect([active.length, recent.length, recent[0]?.id, recent[99]?.id]).to.deep.equal([0, 100, "r249", "r150"]);
    expect(recent[0]).to.include({ state: "done", status: 200, completion_tokens: 2 });
    expect(JSON.stringify(recent)).to.not.contain("secret");
  });

  it("shows and ends others' requests for the owner only", () => {
    const log = new RequestLog();
    const generation = running(log, "r1", "bob");
    expect(log.list(ann)).to.deep.equal({ active: [], recent: [] });
    expect(() => log.cancel("r1", ann))
      .to.throw(LabError)
      .with.property("code", "request_not_found");
    expect(generation.state).to.equal("queued");
    expect(log.cancel("r1", owner)).to.deep.equal({ id: "r1", cancelled: true, state: "queued" });
    expect(generation.state).to.equal("cancelled");
  });

  it("does not find a request that is over", () => {
    const log = new RequestLog();
    finishWith(running(log, "r1", "ann"), "", 0);
    expect(() => log.cancel("r1", ann))
      .to.throw(LabError)
      .with.property("code", "request_not_found");
  });
});

describe("the requests of a server", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor({
      models: new FakeModels((generation) => void generation.begin({ promptTokens: 7, maxTokens: 100 })),
      settings: { apiKey },
    });
  });
  afterEach(() => door.close());
  const asClient = { "X-API-Key": apiKey };
  const asOwner = { "X-API-Key": ownerKey };

  it("are ended by their id, and say so to whoever waits", async () => {
    const reply = door.post("/generate", { prompt: "canary" }, asClient);
    await door.models.until(() => door.models.requests.length === 1);
    const listed = await door.send("GET", "/requests", { headers: asClient });
    const [entry] = listed.json.active;
    expect(entry).to.include({ route: "POST /generate", state: "prefilling", client: "api-key", model: "fake" });
    expect(listed.text).to.not.contain("canary");
    const cancelled = await door.send("DELETE", `/requests/${entry.id}`, { headers: asClient });
    expect([cancelled.status, cancelled.json]).to.deep.equal([
      200,
      { id: entry.id, cancelled: true, state: "prefilling" },
    ]);
    const { status, json, headers } = await reply;
    expect([status, json.error.code, headers["x-request-id"]]).to.deep.equal([499, "request_cancelled", entry.id]);
    expect(door.models.requests[0]?.cancelled).to.equal(true);
    const after = (await door.send("GET", "/requests", { headers: asClient })).json;
    expect([after.active, after.recent[0].state, after.recent[0].status]).to.deep.equal([[], "cancelled", 499]);
    expect((await door.send("DELETE", `/requests/${entry.id}`, { headers: asClient })).status).to.equal(404);
  });

  it("of the owner are nobody else's business", async () => {
    const reply = door.post("/generate", { prompt: "x" }, asOwner);
    await door.models.until(() => door.models.requests.length === 1);
    expect((await door.send("GET", "/requests", { headers: asClient })).json.active).to.deep.equal([]);
    const [{ id }] = (await door.send("GET", "/requests", { headers: asOwner })).json.active;
    const foreign = await door.send("DELETE", `/requests/${id}`, { headers: asClient });
    expect([foreign.status, foreign.json.error.code]).to.deep.equal([404, "request_not_found"]);
    finishWith(door.models.requests[0]?.generation, "done", 1);
    expect((await reply).status).to.equal(200);
  });

  for (const id of ["nothing", "%00", "%zz", "..%2f..%2fetc", "x".repeat(3000)]) {
    it(`are not found as "${id.slice(0, 20)}"`, async () => {
      const { status } = await door.send("DELETE", `/requests/${id}`, { headers: asOwner });
      expect(status).to.equal(404);
    });
  }
});
