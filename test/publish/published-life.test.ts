/** A published lab in trouble and at work. */
import { expect } from "chai";
import type { Publication, PublicationState } from "../../src/server/wire/publish.js";
import { skipWithoutAgent } from "../server/publish/tunnel-bench.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { openStream } from "../support/stream-reader.js";
import { PublishedLab } from "./published-lab.js";

const prompt = { prompt: "The sea", max_length: 4 };

describe("a published lab", function () {
  this.timeout(60_000);
  let lab: PublishedLab;

  before(async function () {
    skipWithoutAgent(this);
    lab = await PublishedLab.start({ context: 131_072, slots: 2 });
  });
  after(async () => lab?.stop());

  async function reaches(state: PublicationState): Promise<Publication> {
    for (;;) {
      const publication = await lab.publication();
      if (publication.state === state) return publication;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it("says that it reconnects while the tunnel is down, and is back with the same address and key", async () => {
    const { url, key } = await lab.publish();
    await lab.edge.controlDown();
    expect(await reaches("reconnecting")).to.include({ url });
    await lab.edge.controlUp();
    const back = await reaches("online");
    expect(back).to.include({ url, reconnects: 1, problem: null });
    expect((await lab.visit("POST", "/generate", { key: key as string, body: prompt })).status).to.equal(200);
  });

  it("says why when ngrok takes the tunnel away for good, and nobody gets in any more", async () => {
    const { key } = await lab.publish();
    lab.edge.agents.stopEndpoint(lab.edge.endpoint, "You have exceeded your limit", "ERR_NGROK_727");
    const failed = await reaches("failed");
    expect(failed.problem?.code).to.equal("ERR_NGROK_727");
    expect(failed).to.deep.include({ url: null, keys: [] });
    const again = await lab.publish();
    expect(again.is_new).to.equal(true);
    expect(again.key).to.not.equal(key);
  });

  it("lets a page of a named origin in, and asks no key of its preflight", async () => {
    await lab.owner("DELETE", "/publish");
    const { key } = await lab.publish({ origins: ["https://app.example"] });
    const asked = await lab.visit("OPTIONS", "/generate", {
      headers: {
        Origin: "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,x-stainless-lang,x-secret",
      },
    });
    expect(asked.status).to.equal(204);
    expect(asked.headers).to.include({ "access-control-allow-origin": "https://app.example", vary: "Origin" });
    expect(asked.headers["access-control-allow-headers"])
      .to.contain("ngrok-skip-browser-warning")
      .and.contain("x-stainless-lang")
      .and.not.contain("x-secret");
    const origin = { Origin: "https://app.example" };
    const sent = await lab.visit("POST", "/generate", { key: key as string, headers: origin, body: prompt });
    expect([sent.status, sent.headers["access-control-allow-origin"]]).to.deep.equal([200, "https://app.example"]);
    const stranger = await lab.visit("POST", "/generate", {
      headers: { Origin: "https://evil.example" },
      body: prompt,
    });
    expect([stranger.status, stranger.headers["access-control-allow-origin"]]).to.deep.equal([403, undefined]);
    const keyless = await lab.visit("POST", "/generate", { headers: origin, body: prompt });
    expect(keyless.status).to.equal(401);
  });

  it("ends a generation when its visitor leaves", async () => {
    const key = (await lab.pass({ name: "fickle" })).key;
    const port = Number(new URL(lab.edge.publicUrl).port);
    const body = { prompt: endlessPrompt, temperature: 0, repetition_penalty: 1, stream: true, max_length: 100_000 };
    const reader = await openStream(port, "/generate", body, { Authorization: `Bearer ${key}` });
    await reader.until(/data: /);
    reader.destroy();
    const busy = async (): Promise<number> => (await lab.owner("GET", "/health")).json.slots.busy;
    const leftAt = performance.now();
    while ((await busy()) > 0) expect(performance.now() - leftAt).to.be.lessThan(2000);
  });

  it("streams through the tunnel for as long as a request may take, every event in its turn", async () => {
    const key = (await lab.pass({ name: "patient" })).key;
    const port = Number(new URL(lab.edge.publicUrl).port);
    const body = {
      prompt: endlessPrompt,
      temperature: 0,
      repetition_penalty: 1,
      stream: true,
      max_length: 130_000,
      max_time: 4,
    };
    const beganAt = performance.now();
    const headers = { Authorization: `Bearer ${key}`, Accept: "text/event-stream" };
    const reader = await openStream(port, "/generate", body, headers);
    await reader.until(/data: /);
    expect(performance.now() - beganAt).to.be.lessThan(40_000);
    const text = await reader.end();
    expect(performance.now() - beganAt).to.be.within(3900, 40_000);
    expect(text.endsWith("data: [DONE]\n\n")).to.equal(true);
    const frames = text
      .trim()
      .split("\n\n")
      .filter((frame) => frame.startsWith("data: {"))
      .map((frame) => JSON.parse(frame.slice(6)) as { response: string; usage?: { completion_tokens: number } });
    expect(frames.at(-1)?.usage?.completion_tokens).to.be.above(50);
    expect(reader.chunks.length).to.be.above(20);
  });
});
