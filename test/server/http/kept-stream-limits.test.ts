/** What a stream that outlives its connection may take, and what is no such stream. */
import { expect } from "chai";
import { endingOf, FakeModels } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import { openStream, type StreamReader } from "../../support/stream-reader.js";

const generate = { prompt: "x", stream: true, seed: 3 };
const resume = { Accept: "text/event-stream", "X-LocalLab-Resume": "60" };

describe("a stream that outlives its connection, at its limits", () => {
  let door: Door;
  const start = (): Promise<StreamReader> => openStream(door.port, "/generate", generate, resume);
  const idOf = ({ headers }: StreamReader): string => String(headers["x-locallab-stream"]);
  const generation = (): (typeof door.models.requests)[0]["generation"] => door.models.requests[0]!.generation;
  const kept = async (): Promise<Record<string, unknown>[]> => (await door.send("GET", "/v1/streams")).json.streams;
  const nobodyReads = async (): Promise<void> => {
    while ((await kept()).some(({ is_read }) => is_read)) await new Promise((next) => setImmediate(next));
  };
  beforeEach(async () => {
    const models = new FakeModels((one) => void one.begin({ promptTokens: 7, maxTokens: 8192 }));
    door = await openDoor({ models });
  });
  afterEach(() => door.close());

  it("keeps 1 MiB: what was read is dropped first, and never without a word", async () => {
    const stream = await start();
    const big = "x".repeat(300_000);
    for (let count = 1; count <= 6; count += 1) generation().push({ text: big }, count);
    generation().finish(endingOf(6));
    await stream.end();
    const [entry] = await kept();
    expect(entry).to.include({ next_event: 8, state: "ended" });
    expect(entry?.first_event).to.be.greaterThan(2);
    const early = await door.send("GET", `/v1/streams/${idOf(stream)}?from=1`);
    expect([early.status, early.json.error.param]).to.deep.equal([400, "from"]);
  });

  it("is given up when more than 1 MiB of it was never read", async () => {
    const stream = await start();
    stream.destroy();
    await nobodyReads();
    const big = "x".repeat(300_000);
    for (let count = 1; count <= 6; count += 1) generation().push({ text: big }, count);
    await door.models.until(() => generation().state === "cancelled");
    expect(await kept()).to.deep.equal([]);
  });

  it("refuses seconds that are none, and events that are none", async () => {
    for (const value of ["0", "61", "-1", "1.5", "true", "1e1"]) {
      const { status, json } = await door.post("/generate", generate, { ...resume, "X-LocalLab-Resume": value });
      expect([status, json.error.param], value).to.deep.equal([400, "X-LocalLab-Resume"]);
    }
    expect(door.models.requests).to.have.length(0);
    const id = idOf(await start());
    for (const query of ["?from=-1", "?from=x", "?from=1", "?from=0&from=0", "?from="]) {
      expect((await door.send("GET", `/v1/streams/${id}${query}`)).status, query).to.equal(400);
    }
  });
});
