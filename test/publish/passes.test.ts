import { expect } from "chai";
import type { PassEntry } from "../../src/server/wire/passes.js";
import { skipWithoutAgent } from "../server/publish/tunnel-bench.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { openStream, type StreamReader } from "../support/stream-reader.js";
import { PublishedLab } from "./published-lab.js";

const endless = { prompt: endlessPrompt, temperature: 0, repetition_penalty: 1, stream: true, max_length: 4000 };

/** The last event before the stream ended, as JSON. */
const lastEvent = (text: string): { error?: { code: string; message: string } } =>
  JSON.parse((text.trim().split("\n\n").at(-1) ?? "").replace(/^data: /, ""));

describe("passes of a published lab", function () {
  this.timeout(60_000);
  let lab: PublishedLab;

  before(async function () {
    skipWithoutAgent(this);
    lab = await PublishedLab.start();
    await lab.publish();
  });
  after(async () => lab?.stop());

  function stream(key: string, accept = "text/event-stream"): Promise<StreamReader> {
    const port = Number(new URL(lab.edge.publicUrl).port);
    return openStream(port, "/generate", endless, { Authorization: `Bearer ${key}`, Accept: accept });
  }

  async function entry(id: string): Promise<PassEntry> {
    const { passes } = (await lab.owner("GET", "/passes")).json as { passes: PassEntry[] };
    return passes.find((pass) => pass.id === id) as PassEntry;
  }

  it("open the door with the scopes they were given, and are counted", async () => {
    const { key, id, ...pass } = await lab.pass({ name: "Ann", scopes: ["infer", "manage"], expires_in: "1h" });
    expect(key).to.match(/^lab_pass_[\w-]{43}$/);
    expect(pass).to.deep.include({ state: "active", scopes: ["infer", "manage"], requests: 0, tokens: 0 });
    const reply = await lab.visit("POST", "/generate", { key, body: { prompt: "The sea", max_length: 5 } });
    const { total_tokens } = reply.json.usage;
    expect((await lab.visit("POST", "/models/load", { key, body: {} })).status).to.equal(400);
    expect((await lab.visit("GET", "/passes", { key })).status).to.equal(403);
    expect(await entry(id)).to.include({ requests: 1, tokens: total_tokens, running: 0 });
    const { keys } = await lab.publication();
    expect(keys.map(({ name }) => name)).to.include.members(["publication", "Ann"]);
    expect(JSON.stringify(keys)).to.not.contain(key);
    expect(await lab.logText()).to.not.contain(key);
  });

  it("let their holder do what the owner does on this machine alone", async () => {
    const { key } = await lab.pass({ name: "Deputy", scopes: ["owner"] });
    const refused = await lab.visit("GET", "/health", { key });
    expect([refused.status, refused.json.error.code]).to.deep.equal([403, "insufficient_scope"]);
  });

  it("see the requests of their own holder only, also where two have one name", async () => {
    const [first, second] = await Promise.all([lab.pass({ name: "Twin" }), lab.pass({ name: "Twin" })]);
    await lab.visit("POST", "/generate", { key: first.key, body: { prompt: "The sea", max_length: 2 } });
    const recent = async (key: string): Promise<number> =>
      (await lab.visit("GET", "/requests", { key })).json.recent.length;
    expect([await recent(first.key), await recent(second.key)]).to.deep.equal([1, 0]);
  });

  it("end their streams within a second when they are revoked, with the reason in the last event", async () => {
    const { key, id } = await lab.pass({ name: "Bob" });
    const reader = await stream(key);
    await reader.until(/data: /);
    const revokedAt = performance.now();
    const revoked = (await lab.owner("DELETE", `/passes/${id}`)).json;
    expect(revoked).to.include({ state: "revoked", ended_requests: 1 });
    const { error } = lastEvent(await reader.end());
    expect(performance.now() - revokedAt).to.be.lessThan(1000);
    expect(error?.code).to.equal("invalid_api_key");
    expect(error?.message).to.match(/"Bob" was revoked/);
    const later = await lab.visit("GET", "/models/available", { key });
    expect([later.status, later.json.error.message]).to.deep.equal([401, error?.message]);
    expect((await entry(id)).tokens).to.be.above(0);
  });

  it("end their streams within a second when they expire", async () => {
    const { key, id } = await lab.pass({ name: "Cinderella", expires_in: "1s" });
    const reader = await stream(key);
    const { error } = lastEvent(await reader.end());
    const lateMs = Date.now() - Date.parse((await entry(id)).expires_at ?? "");
    expect(lateMs).to.be.within(0, 1000);
    expect(error?.message).to.match(/"Cinderella" has expired/);
    expect((await lab.visit("GET", "/models/available", { key })).status).to.equal(401);
  });

  it("end an answer at the tokens that are left, say so, and let nothing more begin", async () => {
    const { key, id } = await lab.pass({ name: "Thrifty", max_tokens: 100 });
    const events = (await (await stream(key)).end()).trim().split("\n\n");
    const { finish_reason, usage, warnings } = JSON.parse((events.at(-2) ?? "").replace(/^data: /, ""));
    expect([finish_reason, usage.total_tokens]).to.deep.equal(["length", 100]);
    expect(warnings.join(" ")).to.contain("token budget");
    expect((await entry(id)).state).to.equal("exhausted");
    const later = await lab.visit("POST", "/generate", { key, body: { prompt: "x" } });
    expect([later.status, later.json.error.code]).to.deep.equal([429, "budget_exhausted"]);
    expect((await lab.visit("GET", "/models/available", { key })).status).to.equal(200);
  });

  it("end LocalLab's own form of a stream in its own form of an error", async () => {
    const { key, id } = await lab.pass({ name: "Python" });
    const reader = await stream(key, "*/*");
    await reader.until(/data: /);
    await lab.owner("DELETE", `/passes/${id}`);
    expect(await reader.end()).to.match(/data: Error: The key "Python" was revoked.*\n\n$/);
  });

  it("take as many requests as they were given", async () => {
    const { key } = await lab.pass({ name: "Once", max_requests: 1 });
    const body = { prompt: "The sea", max_length: 2 };
    expect((await lab.visit("POST", "/generate", { key, body })).status).to.equal(200);
    const refused = await lab.visit("POST", "/generate/batch", { key, body: { prompts: ["The sea"] } });
    expect([refused.status, refused.json.error.code]).to.deep.equal([429, "budget_exhausted"]);
    expect(refused.json.detail).to.contain("1 requests");
  });

  for (const [body, param] of [
    [{}, "name"],
    [{ name: "" }, "name"],
    [{ name: "owner" }, "name"],
    [{ name: "a\u0007b" }, "name"],
    [{ name: "A", scopes: ["root"] }, "scopes[0]"],
    [{ name: "A", scopes: [] }, "scopes"],
    [{ name: "A", expires_in: "soon" }, "expires_in"],
    [{ name: "A", expires_in: 0 }, "expires_in"],
    [{ name: "A", max_requests: 0 }, "max_requests"],
    [{ name: "A", max_tokens: Number.NaN }, "max_tokens"],
    [{ name: "A", max_tokens: 1.5 }, "max_tokens"],
    [{ name: "A", maxtokens: 5 }, "maxtokens"],
  ] as const) {
    it(`are refused as ${JSON.stringify(body)}, naming ${param}`, async () => {
      const { status, json } = await lab.owner("POST", "/passes", body);
      expect([status, json.error.code, json.error.param]).to.deep.equal([400, "invalid_request", param]);
    });
  }

  it("are not found when there is none of the id", async () => {
    const { status, json } = await lab.owner("DELETE", "/passes/pass_none");
    expect([status, json.error.code]).to.deep.equal([404, "pass_not_found"]);
  });
});
