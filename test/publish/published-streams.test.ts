/** A stream through the tunnel, which breaks in the middle of it: the real agent, and an edge on loopback. */
import { expect } from "chai";
import { numberedEvents } from "../support/numbered-events.js";
import { openStream, readStream } from "../support/stream-reader.js";
import { PublishedLab } from "./published-lab.js";

describe("a stream through a tunnel that breaks", function () {
  this.timeout(120_000);
  let lab: PublishedLab;
  before(async () => {
    lab = await PublishedLab.start();
    await lab.publish();
  });
  after(() => lab?.stop());

  it("goes on at the exact event for the pass that began it, and for nobody else", async () => {
    const { key } = await lab.pass({ name: "Ann", max_requests: 2 });
    const other = await lab.pass({ name: "Bob" });
    const port = Number(new URL(lab.edge.publicUrl).port);
    const sent = { Accept: "text/event-stream", Authorization: `Bearer ${key}` };
    const asked = { prompt: "The sea", stream: true, seed: 5, max_length: 1500, ignore_eos: true };
    const stream = await openStream(port, "/generate", asked, { ...sent, "X-LocalLab-Resume": "60" });
    await stream.until(/^id: 20\n/m);
    lab.edge.dropSessions();
    expect(await stream.ended()).to.equal("cut");
    const events = numberedEvents(stream.text());
    const path = `/v1/streams/${stream.headers["x-locallab-stream"]}`;
    const last = events.at(-1)?.id ?? -1;
    for (;;) {
      const rest = await readStream(port, path, { ...sent, "Last-Event-ID": String(last) }).catch(() => undefined);
      if (rest?.status === 200) {
        events.push(...numberedEvents(await rest.end()));
        break;
      }
      rest?.destroy();
      await new Promise((next) => setTimeout(next, 100));
    }
    expect(events.map(({ id }) => id)).to.deep.equal([...events.keys()]);
    const [frame, done] = events.slice(-2).map(({ rest }) => rest);
    expect(done).to.equal("data: [DONE]\n\n");
    expect(JSON.parse(frame?.slice("data: ".length) ?? "")).to.deep.include({ finish_reason: "length" });
    // read once more: it is no request of the budget's
    expect((await lab.visit("GET", path, { key })).status).to.equal(200);
    expect((await lab.visit("GET", path, { key: other.key })).status).to.equal(404);
    const text = events.flatMap(({ rest }) => /^data: (\{.*)\n\n$/.exec(rest)?.[1] ?? []);
    const uncut = await lab.visit("POST", "/generate", { key, body: { ...asked, stream: false } });
    expect(text.map((json) => JSON.parse(json).response).join("")).to.equal(uncut.json.response);
  });
});
