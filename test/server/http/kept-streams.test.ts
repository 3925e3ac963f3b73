/** Streams that outlive their connection, over the real door. */
import { expect } from "chai";
import { PassBook } from "../../../src/server/access/pass-book.js";
import { KeptStreams } from "../../../src/server/http/kept-streams.js";
import { answerWith, endingOf, FakeModels, finishWith, type Script } from "../../support/fake-models.js";
import { apiKey, type Door, openDoor, ownerKey } from "../../support/http-client.js";
import { numberedEvents } from "../../support/numbered-events.js";
import { openStream, readStream, type StreamReader } from "../../support/stream-reader.js";

const generate = { prompt: "x", stream: true, seed: 3 };
const events = { Accept: "text/event-stream" };
const resume = { ...events, "X-LocalLab-Resume": "60" };
const begun: Script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 8192 });

describe("a stream that outlives its connection", () => {
  let door: Door;
  const open = async (script: Script, parts: Parameters<typeof openDoor>[0] = {}): Promise<void> => {
    door = await openDoor({ models: new FakeModels(script), ...parts });
  };
  const start = (path = "/generate", body: object = generate, headers = resume): Promise<StreamReader> =>
    openStream(door.port, path, body, headers);
  const idOf = ({ headers }: StreamReader): string => String(headers["x-locallab-stream"]);
  const goOn = (id: string, query = "", headers: Record<string, string> = {}): Promise<StreamReader> =>
    readStream(door.port, `/v1/streams/${id}${query}`, headers);
  const generation = (at = 0): (typeof door.models.requests)[0]["generation"] => door.models.requests[at]!.generation;
  const kept = async (headers: Record<string, string> = {}): Promise<Record<string, unknown>[]> =>
    (await door.send("GET", "/v1/streams", { headers })).json.streams;
  const nobodyReads = async (): Promise<void> => {
    while ((await kept()).some(({ is_read }) => is_read)) await new Promise((next) => setImmediate(next));
  };
  afterEach(() => door.close());

  it("has a number in every event, from 0, and an id of the server's own", async () => {
    await open(answerWith(["Hel", "lo"]));
    const stream = await start();
    expect(idOf(stream)).to.match(/^stream_[\w-]{24}$/);
    const read = numberedEvents(await stream.end());
    expect(read.map(({ id }) => id)).to.deep.equal([0, 1, 2, 3]);
    expect(read.at(-1)?.rest).to.equal("data: [DONE]\n\n");
  });

  it("is to the byte as any other without that header, whose client cancels by going", async () => {
    await open(begun);
    const stream = await start("/generate", generate, events as typeof resume);
    expect(stream.headers).not.to.have.property("x-locallab-stream");
    stream.destroy();
    await door.models.until(() => generation().state === "cancelled");
  });

  it("goes on while nobody reads, and from the exact event", async () => {
    await open(begun);
    const stream = await start();
    generation().push({ text: "one" }, 1);
    await stream.until(/one/);
    stream.destroy();
    await nobodyReads();
    generation().push({ text: "two" }, 2);
    generation().push({ text: "three" }, 3);
    for (const [query, headers] of [
      ["?from=1", {}],
      ["", { "Last-Event-ID": "0" }],
    ] as const) {
      const rest = await goOn(idOf(stream), query, headers);
      expect(rest.headers["content-type"]).to.equal("text/event-stream; charset=utf-8");
      await rest.until(/three/);
      expect(numberedEvents(rest.text()).map(({ id }) => id)).to.deep.equal([1, 2]);
      rest.destroy();
    }
    const all = await goOn(idOf(stream));
    generation().finish(endingOf(3));
    expect(numberedEvents(await all.end()).map(({ id }) => id)).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it("is kept after its end, so that the end can be read", async () => {
    await open(begun);
    const stream = await start();
    stream.destroy();
    await nobodyReads();
    finishWith(generation(), "late", 1);
    await generation();
    const [entry] = await kept();
    expect(entry).to.include({ state: "ended", is_read: false, route: "POST /generate", first_event: 0 });
    expect(await (await goOn(idOf(stream))).end())
      .to.contain("late")
      .and.contain("[DONE]");
    expect(await (await goOn(idOf(stream), "?from=2")).end()).to.equal("id: 2\ndata: [DONE]\n\n");
  });

  it("is given up when nobody comes back, and counts as running until then", async () => {
    await open(begun);
    const stream = await start("/generate", generate, { ...resume, "X-LocalLab-Resume": "1" });
    stream.destroy();
    await nobodyReads();
    expect(door.requests.list({ id: "local", isOwner: true }).active).to.have.length(1);
    expect(generation().isOver).to.equal(false);
    await door.models.until(() => generation().state === "cancelled");
    expect(door.requests.list({ id: "local", isOwner: true }).recent).to.have.length(1);
    expect((await door.send("GET", `/v1/streams/${idOf(stream)}`)).status).to.equal(404);
  });

  it("is one of two a key; a third is a stream as any, and one that ended gives way", async () => {
    await open(begun);
    const [one, two, three] = [await start(), await start(), await start()];
    expect([one, two, three].map((stream) => "x-locallab-stream" in stream.headers)).to.deep.equal([true, true, false]);
    three.destroy();
    await door.models.until(() => generation(2).state === "cancelled");
    finishWith(generation(0), "done", 1);
    await one.end();
    expect(idOf(await start())).to.match(/^stream_/);
    const left = (await kept()).map(({ id }) => id);
    expect(left).to.have.length(2);
    expect(left).not.to.include(idOf(one));
  });

  it("is cancelled by the id of its request while nobody reads, and says so to who comes back", async () => {
    await open(begun);
    const stream = await start();
    stream.destroy();
    await nobodyReads();
    expect((await door.send("DELETE", `/requests/${stream.headers["x-request-id"]}`)).status).to.equal(200);
    expect(await (await goOn(idOf(stream))).end()).to.contain("request_cancelled");
  });

  it("is ended and forgotten by its own id, whether it runs or has ended", async () => {
    await open(begun);
    const [runs, ended] = [await start(), await start()];
    finishWith(generation(1), "done", 1);
    await ended.end();
    for (const id of [idOf(runs), idOf(ended)]) {
      const { status, json } = await door.send("DELETE", `/v1/streams/${id}`);
      expect([status, json]).to.deep.equal([200, { id, ended: true }]);
      expect((await door.send("DELETE", `/v1/streams/${id}`)).status).to.equal(404);
    }
    expect(generation(0).state).to.equal("cancelled");
    expect(await runs.ended()).to.equal("cut");
    expect(await kept()).to.deep.equal([]);
  });

  it("is taken over by who comes later, and the one before hears it", async () => {
    await open(begun);
    const first = await start();
    generation().push({ text: "one" }, 1);
    await first.until(/one/);
    const second = await goOn(idOf(first), "?from=1");
    expect(await first.end()).to.match(/: taken over by another reader\n\n$/);
    finishWith(generation(), "two", 2);
    expect(await second.end()).to.contain("two");
  });

  it("that another reader took over runs on as before, and ends at the engine when it is given up", async () => {
    await open(begun);
    const first = await start();
    const second = await goOn(idOf(first));
    await first.end();
    const { active } = (await door.send("GET", "/requests")).json;
    expect(active.map(({ route }: { route: string }) => route)).to.deep.equal(["POST /generate"]);
    await door.send("DELETE", `/v1/streams/${idOf(first)}`);
    await door.models.until(() => generation().state === "cancelled");
    second.destroy();
  });

  it("gets comments while it is silent, whoever reads", async () => {
    await open(begun, { timings: { keepAliveMs: 5 } });
    const first = await start();
    await first.until(/: still working/);
    const second = await goOn(idOf(first));
    await second.until(/: still working/);
    expect(numberedEvents(second.text())).to.deep.equal([]);
  });

  it("is found by its own key alone, in the same words as one that never was", async () => {
    const passes = new PassBook();
    try {
      await open(begun, { settings: { apiKey }, parts: { passes } });
      const bearer = (key: string): Record<string, string> => ({ Authorization: `Bearer ${key}` });
      const ann = bearer(passes.create({ name: "Ann", scopes: ["infer"] }).key);
      const bob = bearer(passes.create({ name: "Bob", scopes: ["infer"] }).key);
      const stream = await start("/generate", generate, { ...resume, ...ann });
      const never = await door.send("GET", "/v1/streams/stream_of-nobody", { headers: bob });
      for (const other of [bob, bearer(ownerKey), bearer(apiKey)]) {
        const reply = await door.send("GET", `/v1/streams/${idOf(stream)}`, { headers: other });
        expect([reply.status, reply.json]).to.deep.equal([404, never.json]);
        expect(await kept(other)).to.deep.equal([]);
      }
      expect((await kept(ann)).map(({ id }) => id)).to.deep.equal([idOf(stream)]);
    } finally {
      passes.close();
    }
  });

  it("ends when its pass is revoked, also while nobody reads", async () => {
    const streams = new KeptStreams();
    const passes = new PassBook((key) => streams.forget(key));
    try {
      await open(begun, { parts: { passes, streams } });
      const { key, pass } = passes.create({ name: "Ann", scopes: ["infer"], maxRequests: 2 });
      const ann = { Authorization: `Bearer ${key}` };
      const stream = await start("/generate", generate, { ...resume, ...ann });
      stream.destroy();
      while ((await kept(ann)).some(({ is_read }) => is_read)) await new Promise((next) => setImmediate(next));
      expect(pass.running).to.equal(1);
      passes.remove(pass);
      expect(generation().state).to.equal("cancelled");
      expect((await door.send("GET", `/v1/streams/${idOf(stream)}`, { headers: ann })).status).to.equal(401);
      expect(streams.list(pass.identity).streams).to.deep.equal([]);
    } finally {
      passes.close();
    }
  });

  it("ends with the server while nobody reads, and is read to the end by who does", async () => {
    const streams = new KeptStreams();
    await open(begun, { parts: { streams } });
    const [left, read] = [await start(), await start()];
    left.destroy();
    while ((await kept()).every(({ is_read }) => is_read)) await new Promise((next) => setImmediate(next));
    streams.close();
    await door.models.until(() => generation(0).state === "cancelled");
    finishWith(generation(1), "to the end", 1);
    expect(await read.end()).to.contain("to the end");
    expect(await start())
      .to.have.property("headers")
      .that.does.not.have.property("x-locallab-stream");
  });

  it("of a request that fails before its stream begins is none", async () => {
    await open((model) => model.fail(new Error("no")));
    expect((await door.post("/generate", generate, resume)).status).to.equal(500);
    expect(await kept()).to.deep.equal([]);
  });
});
